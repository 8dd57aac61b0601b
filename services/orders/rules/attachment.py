"""Files of an order: who may hand one in, and who may take it out again."""

from shared.actor import Actor
from shared.errors import Forbidden, Reason


def attach(runs: bool) -> None:
    """Those who run the order: its host, and the offices of its division."""
    if not runs:
        raise Forbidden(
            Reason(
                "attachment.scope", "仅限需求单位和辖区机构上传", "Only for its host and the offices of its division"
            )
        )


def remove(runs: bool, uploaded_by: str, actor: Actor) -> None:
    """Whoever handed it in, and the district and bureau above the order: with a reason, and nothing is lost."""
    if not runs or not (actor.id == uploaded_by or actor.has("district", "bureau")):
        raise Forbidden(
            Reason(
                "attachment.not_yours",
                "仅限上传者或区县、市局移除",
                "Only for whoever handed it in, district or bureau",
            )
        )
