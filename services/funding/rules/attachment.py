"""Files of awards: who may hand one in, and who may take it out again. Pure."""

from shared.actor import Actor
from shared.errors import Forbidden, Reason, require

HANDLES = ("bureau", "finance_maker", "finance_checker")
"""Offices that work with an award; the others that see it only oversee."""


def attach(takes_part: bool) -> None:
    """Those who take part: the payee, the lead and the offices that handle the award. Whoever oversees reads."""
    if not takes_part:
        zh, en = "仅限收款单位、团队负责人和经办机构上传", "Only for the payee, the lead and the offices that handle it"
        raise Forbidden(Reason("attachment.read_only", zh, en))


def remove_obstacles(rests_on_it: bool) -> list[Reason]:
    """What was judged stays as it was judged."""
    if not rests_on_it:
        return []
    zh, en = "该文件已作为证明材料或凭证提交，须先退回补正", "What was handed in rests on it: that is sent back first"
    return [Reason("attachment.proof", zh, en)]


def remove(takes_part: bool, uploaded_by: str, rests_on_it: bool, actor: Actor) -> None:
    """Whoever handed it in, and the offices: with a reason, and nothing is lost."""
    if not takes_part or not (actor.id == uploaded_by or actor.has(*HANDLES)):
        zh, en = "仅限上传者或经办机构移除", "Only for whoever handed it in, or the offices that handle it"
        raise Forbidden(Reason("attachment.not_yours", zh, en))
    require(remove_obstacles(rests_on_it))
