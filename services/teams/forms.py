"""What a team's papers say: the claim (接单申请书), the three-party agreement (三方协议), the decision letter (结果通知书)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from services.teams.models import Indicator, KnownOrder, KnownRound, Member, Person, Team
from services.teams.rules.member import ROLES
from services.teams.schemas import DecisionOut
from shared.amounts import plain, yuan
from shared.clock import SHANGHAI
from shared.contracts.policy import GATES
from shared.divisions import name_of
from shared.documents import Block, Document, Fields, Heading, Issued, Opinions, Seals, Table, Text, written

FORMS = ("claim", "agreement", "decision")
PROMISE = (
    "本团队承诺：以上内容真实、准确；严格遵守专家服务项目管理和经费使用的有关规定，按约定的人员、地点、内容、时间和目标开展服务，"
    "接受受援单位和主管部门的监督与考核。"
)
NEXT = "公示无异议并确认后，请按通知要求签订三方协议；协议签订前，本通知书不作为拨款依据。"


@dataclass(frozen=True)
class Claim:
    """What the claim's paper is made of."""

    team: Team
    round: KnownRound
    order: KnownOrder
    places: Sequence[tuple[Member, Person]]
    indicators: Sequence[Indicator]

    @property
    def lead(self) -> Person | None:
        return next((person for member, person in self.places if person.id == self.team.lead_id), None)


def claim_form(claim: Claim, phone: str) -> Document:
    """The claim as its lead signs it and its units seal it. ``phone`` as the reader may see it."""
    team, order = claim.team, claim.order
    lead_unit = claim.lead.unit_name if claim.lead else ""
    visits = (
        f"每年{plain(team.agreed_days)}天、{team.agreed_visits}次" if team.agreed_days and team.agreed_visits else ""
    )
    return Document(
        title=f"{claim.round.name}\n接单申请书",
        number=team.order_number,
        blocks=(
            Heading("一、基本情况"),
            Fields(
                (
                    ("团队名称", team.name),
                    ("申请订单", f"{order.number}　{order.title}"),
                    ("受援单位", team.host_name, "服务地点", team.place or order.place),
                    ("服务期限", term(team.starts_on, team.ends_on), "服务天数\n和次数", visits),
                    ("联络人", team.liaison_name, "联系电话", phone),
                    ("申请资助", yuan(team.asked_fen) if team.asked_fen else ""),
                    ("自筹经费", yuan(team.own_fen) if team.own_fen else "无"),
                    ("收款单位", team.payee_unit_name, "统一社会\n信用代码", team.payee_unit_code),
                )
            ),
            Heading("二、团队成员"),
            Table(
                ("序号", "姓名", "角色", "工作单位", "职称", "单位意见"),
                (12, 24, 26, 44, 28, 22),
                tuple(
                    (
                        str(number),
                        person.name,
                        ROLES.get(member.role, member.role),
                        person.unit_name,
                        person.title,
                        "同意" if member.unit_consented_at else "",
                    )
                    for number, (member, person) in enumerate(claim.places, 1)
                ),
            ),
            Heading("三、服务内容"),
            Text(team.content),
            Heading("四、预期目标"),
            Text(team.targets),
            *measures([(i.name, i.unit, plain(i.baseline), plain(i.target)) for i in claim.indicators]),
            Heading("五、当地人才培养"),
            Text(team.talent_plan),
            Heading("六、承诺"),
            Text(PROMISE),
            Opinions(
                (
                    ("领衔专家", ""),
                    ("派出单位\n意见", lead_unit),
                    ("受援单位\n意见", team.host_name),
                    ("区县推荐\n意见", "区县人力资源和社会保障局"),
                    ("市级评审\n意见", bureau(claim.round)),
                )
            ),
        ),
    )


def agreement_form(round: KnownRound, text: dict[str, Any], signed_at: Mapping[str, Any]) -> Document:
    """The agreement that the parties seal. ``text`` is the frozen document, or the text as it would be signed now;
    ``signed_at``: when each party signed it, or None."""
    people = [(p["name"], ROLES.get(p["role"], p["role"]), p["unit"]) for p in text["people"]]
    lead = next((p["name"] for p in text["people"] if p["role"] == "lead"), "")
    parties = (
        ("host", "甲方（受援单位）", text["host"]["name"]),
        ("unit", "乙方（派出单位）", text["unit"]["name"]),
        ("lead", "丙方（领衔专家）", lead),
    )
    talents = "、".join(text["local_talents"])
    parts = "；".join(_instalment(place, part) for place, part in enumerate(text["instalments"], 1))
    return Document(
        title=f"{round.name}\n三方协议（任务书）",
        number=text["order_number"],
        blocks=(
            Fields(
                (
                    ("甲方\n（受援单位）", text["host"]["name"], "统一社会\n信用代码", text["host"]["code"]),
                    ("乙方\n（派出单位）", text["unit"]["name"], "统一社会\n信用代码", text["unit"]["code"]),
                    ("丙方\n（领衔专家）", lead, "团队名称", text["name"]),
                )
            ),
            Text(f"甲、乙、丙三方就订单“{text['order_title']}”的专家服务，经协商一致，订立本协议，共同遵守。"),
            Heading("一、服务人员"),
            Table(("姓名", "角色", "工作单位"), (36, 36, 84), tuple(people)),
            Heading("二、服务地点"),
            Text(text["place"]),
            Heading("三、服务内容"),
            Text(text["content"]),
            Heading("四、服务时间"),
            Text(f"自{_day(text['starts_on'])}至{_day(text['ends_on'])}{_amount_of_service(text)}。"),
            Heading("五、预期目标"),
            Text(text["targets"]),
            *measures([(i["name"], i["unit"], i["baseline"], i["target"]) for i in text["indicators"]]),
            Heading("六、基层联络人员"),
            Text(text["liaison_name"]),
            Heading("七、当地人才培养"),
            Text(f"培养对象：{talents}\n{text['talent_plan']}"),
            Heading("八、经费"),
            Text(
                f"资助{yuan(text['amount_fen'])}，拨付至{text['payee']['name']}（{text['payee']['code']}）。"
                if text["amount_fen"]
                else "本项目不安排资助经费。"
            ),
            *([Text(f"自筹{yuan(text['own_fen'])}。")] if text["own_fen"] else []),
            *([Text(f"拨付安排：{parts}。")] if parts else []),
            *_budget(text.get("budget") or []),
            Heading("九、其他"),
            Text("本协议一式三份，三方各执一份，自三方签字盖章之日起生效。未尽事宜由三方协商，以书面形式补充。"),
            *_signed(parties, signed_at),
            Seals(tuple((label, name) for _, label, name in parties)),
        ),
    )


def _instalment(place: int, part: dict[str, Any]) -> str:
    gates = "、".join(GATES[gate][0] if gate in GATES else gate for gate in part["gates"])
    name = f"（{part['name']}）" if part.get("name") else ""
    documents = f"（{'、'.join(part['documents'])}）" if part.get("documents") else ""
    return f"第{place}期{name}{part['percent']}%，条件：{gates}{documents}"


def _signed(parties: Sequence[tuple[str, str, str]], signed_at: Mapping[str, Any]) -> list[Block]:
    """Who signed in the system, and when; nothing before the first signature."""
    moments = [(label, name, signed_at[f"{party}_signed_at"]) for party, label, name in parties]
    if not any(moment for _, _, moment in moments):
        return []
    rows = [
        (label, name, f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if moment else "未签署")
        for label, name, moment in moments
    ]
    return [Heading("十、系统签署记录"), Table(("签署方", "单位或姓名", "签署时间"), (46, 70, 40), tuple(rows))]


def _budget(lines: Sequence[dict[str, Any]]) -> list[Block]:
    if not lines:
        return []
    rows = [(line["name"], f"{line['amount_fen'] / 100:,.2f}") for line in lines]
    total = sum(line["amount_fen"] for line in lines)
    return [Table(("预算科目", "金额（元）"), (100, 56), (*rows, ("合计", f"{total / 100:,.2f}")))]


def decision_letter(letter: DecisionOut, round: KnownRound) -> Document:
    """The letter that tells a lead what became of the claim, and why."""
    about = f"你团队申报的{letter.round}订单“{letter.order_title}”（{letter.order_number}）"
    if letter.outcome == "selected":
        money = f"，核定资助金额{yuan(letter.amount_fen)}" if letter.amount_fen else ""
        body = f"{about}，经评审，确定为拟入选团队{money}。"
    elif letter.outcome == "reserve":
        place = f"第{letter.reserve_rank}位" if letter.reserve_rank else ""
        body = f"{about}，经评审，列入候补{place}。入选团队退出时，按名次递补，并另行通知。"
    else:
        body = f"{about}，经评审，未能入选。"
    return Document(
        title=f"{letter.round}\n评审结果通知书",
        number=letter.order_number,
        blocks=(
            Text(f"{letter.lead_name}、{letter.team}：", indented=False),
            Text(body),
            *_why(letter),
            *([Text(NEXT)] if letter.outcome == "selected" else []),
            *([Text(_appeal(letter.appeal_until))] if letter.appeal_until else []),
            Text("特此通知。"),
            Issued(bureau(round), written(letter.decided_at.date())),
        ),
    )


def _why(letter: DecisionOut) -> list[Block]:
    found: list[Block] = []
    if letter.reasons:
        found += [Heading("一、评审情况和理由"), Text("\n".join(reason.zh for reason in letter.reasons))]
    if letter.finding and letter.finding.items:
        rows = tuple(
            (item.zh, f"{item.weight}", "" if item.mean is None else f"{item.mean}") for item in letter.finding.items
        )
        heading = f"平均分（{letter.finding.reviews}名专家）"
        found += [Heading("二、各项得分"), Table(("评审项目", "权重", heading), (76, 30, 50), rows)]
    return found


def _appeal(until: datetime) -> str:
    return f"如对本结果有异议，可于{written(until)}{until:%H:%M}前向本单位书面申请复核，并附事实依据。同一决定只能申请一次复核。"


def measures(rows: Sequence[tuple[str, str, str, str]]) -> list[Block]:
    """The table of indicators; none when there are none."""
    return [Table(("指标", "单位", "基线", "目标"), (72, 28, 28, 28), tuple(rows))] if rows else []


def bureau(round: KnownRound) -> str:
    """The office that runs the round."""
    return f"{name_of(round.division) or ''}人力资源和社会保障局"


def term(starts_on: date | None, ends_on: date | None) -> str:
    return f"{written(starts_on)}至{written(ends_on)}" if starts_on and ends_on else ""


def _amount_of_service(text: dict[str, Any]) -> str:
    """A mode may leave days and visits open."""
    days = "" if text["agreed_days"] == "None" else f"{plain(Decimal(text['agreed_days']))}天"
    visits = f"{text['agreed_visits']}次" if text["agreed_visits"] else ""
    told = "、".join(part for part in (days, visits) if part)
    return f"，每年服务不少于{told}" if told else ""


def _day(text: str) -> str:
    return "　年　月　日" if text == "None" else written(date.fromisoformat(text))
