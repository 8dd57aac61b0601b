"""Files of a notice: the bureau that posts it hands them in."""

from services.assessment.rules import scope
from shared.actor import Actor
from shared.errors import Forbidden, Reason


def attach(division: str, actor: Actor) -> None:
    """Only the bureau of the round; whoever oversees reads."""
    if not actor.has("bureau"):
        raise Forbidden(Reason("attachment.read_only", "仅限市人社局上传", "Only for the bureau"))
    scope.check_division(division, actor, "notice")


def remove(division: str, actor: Actor) -> None:
    """As handing in: with a reason, and nothing is lost."""
    attach(division, actor)
