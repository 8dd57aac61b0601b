"""Files of teams, entries and people: who may hand one in, and who may take it out again."""

from collections.abc import Iterable

from shared.actor import Actor
from shared.errors import Forbidden, Reason


def attach(takes_part: bool) -> None:
    """Those who take part: the team's people, their units, the host and the offices that run the round. Whoever
    merely oversees reads."""
    if not takes_part:
        raise Forbidden(
            Reason(
                "attachment.read_only", "仅限参与各方上传", "Only for those who take part, not for those who oversee"
            )
        )


def remove(takes_part: bool, uploaded_by: str, actor: Actor) -> None:
    """Whoever handed it in, and district and bureau: with a reason, and nothing is lost."""
    if not takes_part or not (actor.id == uploaded_by or actor.has("district", "bureau")):
        raise Forbidden(
            Reason(
                "attachment.not_yours",
                "仅限上传者或区县、市局移除",
                "Only for whoever handed it in, district or bureau",
            )
        )


def named_obstacles(strange: Iterable[object]) -> Iterable[Reason]:
    """Pictures and evidence that are named somewhere are files of this team or of its entries."""
    for key in strange:
        yield Reason(
            "attachment.not_of_team", f"附件{key}不属于本团队", f"The file {key} is not of this team", "/attachments"
        )
