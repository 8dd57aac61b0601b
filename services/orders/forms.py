"""The order as an official paper (需求订单申报表)."""

from datetime import date

from services.orders.models import Order
from services.orders.rules.offer import SUPPLY
from shared.amounts import yuan
from shared.documents import Document, Fields, Opinions, written

FORMS = ("order",)


def order_form(order: Order, phone: str) -> Document:
    """The form that is sealed and handed up: a host's need, or an expert's offer. ``order.round`` is loaded; ``phone``
    as the reader may see it."""
    offered = order.direction == SUPPLY
    return Document(
        title=f"{order.round.name}\n{'专家发榜申报表' if offered else '需求订单申报表'}",
        number=order.number or "",
        blocks=(
            Fields((*(_offer(order) if offered else _need(order)), *_common(order, phone, offered))),
            Opinions((*(_offer_opinions(order) if offered else _need_opinions(order)), BUREAU)),
        ),
    )


Rows = tuple[tuple[str, ...], ...]
BUREAU = ("市级审核\n意见", "市人力资源和社会保障局")


def _need(order: Order) -> Rows:
    return (
        ("需求名称", order.title),
        ("需求单位", order.host_name, "统一社会\n信用代码", order.host_code),
    )


def _offer(order: Order) -> Rows:
    host = (("承接单位", order.host_name, "统一社会\n信用代码", order.host_code),) if order.host_code else ()
    return (("成果名称", order.title), ("发榜专家", order.expert_name, "所在单位", order.expert_unit), *host)


def _common(order: Order, phone: str, offered: bool) -> Rows:
    people = "" if order.people_wanted is None else f"{order.people_wanted}人"
    return (
        ("所在地", order.place, "区划代码", order.division),
        ("产业类别", order.industry, "重点乡镇", "是" if order.key_place else "否"),
        ("联系人", order.liaison_name, "联系电话", phone),
        ("服务期限", term(order.starts_on, order.ends_on, order.term_months), "所需专家", people),
        ("服务方式", "、".join(order.service_forms)),
        ("专业要求", "、".join(order.expertise)),
        ("成果简介" if offered else "需求描述", order.problem),
        ("预期成效" if offered else "期望成果", order.expected),
        ("现有条件", order.site_support),
        ("申请支持经费", yuan(order.asked_fen) if order.asked_fen else ""),
        ("备注", order.remark),
    )


def _need_opinions(order: Order) -> tuple[tuple[str, str], ...]:
    return (
        ("需求单位\n意见", order.host_name),
        ("乡镇（街道）\n审核意见", "乡镇人民政府（街道办事处）"),
        ("区县推荐\n意见", "区县人力资源和社会保障局"),
    )


def _offer_opinions(order: Order) -> tuple[tuple[str, str], ...]:
    """An expert signs, the unit seals; no town and no district recommends an offer."""
    return (("发榜专家", ""), ("所在单位\n意见", order.expert_unit))


def term(starts_on: date | None, ends_on: date | None, months: int | None) -> str:
    """From when until when, or how long, as far as it is known."""
    if starts_on and ends_on:
        return f"{written(starts_on)}至{written(ends_on)}"
    if months:
        return f"{months}个月"
    return f"{written(starts_on)}起" if starts_on else ""
