"""Service bases (专家服务基地) as in Tianjin ★: open-ended orders of a development zone, a park and a community. Each host
names an assistant; experts join and leave, visit, or advise by phone and net. Hosts and experts are invented."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from demo.cast import Cast, Expert, Host, expect
from demo.client import together
from demo.modes import Outcome

BASES = (("开发区", "120116", "经济技术开发区"), ("园区", "120111", "农业科技园区"), ("社区", "120102", "和睦社区"))
"""Kind of order ★, county of Tianjin, invented host."""
FORMS = ("现场服务", "电话咨询", "网络咨询")
FIRST, JOINING, LEAVING = 4, 3, 2
"""Experts of a base at its beginning, who join later, who leave again."""


@dataclass
class Base:
    """One base, its people and what became of it."""

    kind: str
    host: Host
    order_id: str
    team_id: str
    experts: list[Expert]
    assistant: Expert

    @property
    def path(self) -> str:
        return f"/teams/v1/teams/{self.team_id}"


async def live(cast: Cast) -> Outcome:
    """A year of three bases."""
    cast.province = "120000000000"
    stage = cast.stage
    with stage.act("建立基地 Hosts order without an end, name assistants, experts answer", len(BASES)):
        await cast.open_round("专家服务基地", "TJ-JD")
        bases = await _found(cast)
    with stage.act("开展服务 Visits, phone and net", len(BASES) * len(FORMS)):
        await cast.close_round()
        await cast.system.post(cast.bureau, f"/orders/v1/rounds/{cast.round_id}/decide")
        await together(lambda base: _serve(cast, base, base.experts[:FIRST]), bases)
    with stage.act("加入与退出 Experts join and leave the live bases", len(BASES) * (JOINING + LEAVING)):
        await cast.move_to(cast.now + timedelta(days=90))
        await together(lambda base: _change(cast, base), bases)
        await cast.system.settle()
        found = await cast.system.get(cast.bureau, f"/orders/v1/rounds/{cast.round_id}/progress")
        reached = {one["name"]: one["reached"] for one in found["measures"]}
        expect("serving experts", reached["experts"], len(BASES) * (FIRST + JOINING - LEAVING))
        expect("districts", reached["counties"], len(BASES))
    with stage.act("又一季度 The new ones serve as well", len(BASES) * len(FORMS)):
        await cast.move_to(cast.now + timedelta(days=90))
        await together(lambda base: _serve(cast, base, base.experts[FIRST:]), bases)
        details = await together(lambda base: cast.system.get(cast.bureau, base.path), bases)
    with stage.act("撤销基地 The bureau concludes the bases, the round is archived", 1):
        await cast.system.bulk(cast.bureau, f"/teams/v1/rounds/{cast.round_id}/teams/conclude")
        await cast.system.settle()
        await cast.all_stand_at("orders", "orders", "completed", len(BASES))
        await cast.system.post(cast.bureau, f"/orders/v1/rounds/{cast.round_id}/archive")
    return await _outcome(cast, bases, details, reached["experts"])


async def _found(cast: Cast) -> list[Base]:
    people = await cast.experts(len(BASES) * (FIRST + JOINING), units=5)
    helpers = await cast.experts(len(BASES), units=len(BASES), 职称级别="初级", 职称="干事")
    share = FIRST + JOINING
    hosts = [cast.host(f"{county}000000", name) for _kind, county, name in BASES]
    orders = await together(lambda at: _order(cast, hosts[at], BASES[at][0]), range(len(BASES)))
    await cast.system.bulk(cast.bureau, f"/orders/v1/rounds/{cast.round_id}/orders/publish")
    await cast.system.settle()
    bases = await together(
        lambda at: _claim(
            cast, BASES[at][0], hosts[at], orders[at], people[at * share : (at + 1) * share], helpers[at]
        ),
        range(len(BASES)),
    )
    proposals = [{"team_id": base.team_id, "amount_fen": 0} for base in bases]
    await cast.system.bulk_rows(cast.bureau, f"/teams/v1/rounds/{cast.round_id}/teams/propose", "proposals", proposals)
    await cast.system.settle()
    await cast.all_stand_at("teams", "teams", "confirmed", len(BASES))
    return bases


async def _order(cast: Cast, host: Host, kind: str) -> str:
    """Without an end: as long as the host wants."""
    wanted = {
        "round_id": cast.round_id,
        "title": f"{kind}专家服务基地",
        "kind": kind,
        "division": host.division,
        "host_name": host.name,
        "host_code": host.code,
        "liaison_name": "示例联络员",
        "liaison_phone": "13800000000",
        "problem": "企业和居民常年需要咨询",
        "expected": "随时有专家可问",
        "starts_on": cast.today.isoformat(),
    }
    order = await cast.system.post(host.person, "/orders/v1/orders", wanted)
    await cast.system.post(host.person, f"/orders/v1/orders/{order['id']}/submit")
    return str(order["id"])


async def _claim(cast: Cast, kind: str, host: Host, order_id: str, experts: list[Expert], assistant: Expert) -> Base:
    system, lead = cast.system, experts[0]
    team = await system.post(lead.person, "/teams/v1/teams", {"order_id": order_id, "name": f"示例{kind}服务基地"})
    base = Base(kind, host, order_id, team["id"], experts, assistant)
    points = {
        "place": host.name,
        "content": "咨询与指导",
        "starts_on": (cast.today + timedelta(days=31)).isoformat(),
        "liaison_name": "示例联络员",
        "liaison_phone": "13800000000",
    }
    await system.patch(lead.person, base.path, points, team["version"])
    named = {"members": [{"person_id": assistant.id, "role": "assistant"}]}
    await system.post(host.person, f"{base.path}/members", named)
    await _invite(cast, base, lead, experts[1:FIRST])
    await system.post(assistant.person, f"{base.path}/members/{assistant.id}/accept")
    for unit in {one.unit for one in (lead, assistant)}:
        await system.post(unit, f"{base.path}/consent")
    await system.post(lead.person, f"{base.path}/submit")
    cast.stage.step()
    return base


async def _invite(cast: Cast, base: Base, lead: Expert, people: list[Expert]) -> None:
    invited = {"members": [{"person_id": one.id} for one in people]}
    await cast.system.post(lead.person, f"{base.path}/members", invited)
    for one in people:
        await cast.system.post(one.person, f"{base.path}/members/{one.id}/accept")
    for unit in {one.unit for one in people}:
        await cast.system.post(unit, f"{base.path}/consent")


async def _serve(cast: Cast, base: Base, people: list[Expert]) -> None:
    """One visit, one call and one answer over the net, by different experts."""
    for one, form in zip(people, FORMS, strict=False):
        entry = {
            "id": cast.made_id(base.team_id, one.id, form),
            "served_on": cast.today.isoformat(),
            "person_id": one.id,
            "form": form,
            "days": "0.5",
            "beneficiaries": 5,
        }
        answer = await cast.system.post(one.person, f"{base.path}/entries", {"entries": [entry]})
        expect(f"{form}", [result["status"] for result in answer["results"]], ["recorded"])
        await cast.system.post(base.host.person, f"/teams/v1/entries/{entry['id']}/confirm")
        cast.stage.step()


async def _change(cast: Cast, base: Base) -> None:
    """Three join (the last invited by the host), two of the first leave."""
    *by_lead, by_host = base.experts[FIRST:]
    await _invite(cast, base, base.experts[0], by_lead)
    body = {"members": [{"person_id": by_host.id}]}
    await cast.system.post(base.host.person, f"{base.path}/members", body)
    await cast.system.post(by_host.person, f"{base.path}/members/{by_host.id}/accept")
    await cast.system.post(by_host.unit, f"{base.path}/consent")
    for one in base.experts[1 : 1 + LEAVING]:
        await cast.system.post(one.person, f"{base.path}/leave")
    cast.stage.step(JOINING + LEAVING)


async def _outcome(cast: Cast, bases: list[Base], details: list[Any], serving: int) -> Outcome:
    """What the bases did, as the system has it."""
    rows = []
    for base, detail in zip(bases, details, strict=True):
        entries = await cast.system.every(cast.bureau, f"{base.path}/entries", status="confirmed")
        rows.append(
            {
                "基地 Base": f"{base.kind}（{base.host.name}）",
                "在服务 Serving": sum(one["role"] in ("lead", "member") for one in detail["members"]),
                "退出 Left": sum(one["status"] == "left" for one in detail["former_members"]),
                "助手 Assistants": sum(one["role"] == "assistant" for one in detail["members"]),
                "服务 Entries": len(entries),
            }
        )
    expect("left", [row["退出 Left"] for row in rows], [LEAVING] * len(BASES))
    expect("assistants", [row["助手 Assistants"] for row in rows], [1] * len(BASES))
    served = sum(row["服务 Entries"] for row in rows)
    expect("entries", served, len(BASES) * len(FORMS) * 2)
    figures = {
        "orders": len(bases),
        "teams": len(bases),
        "experts": len(BASES) * (FIRST + JOINING),
        "serving": serving,
        "left": len(BASES) * LEAVING,
        "assistants": len(BASES),
        "entries": served,
    }
    return Outcome(figures, "服务基地 Bases (示例数据 invented)", rows)
