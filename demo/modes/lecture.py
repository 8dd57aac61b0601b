"""Lectures (讲座): an order, its speakers, one entry with its audience. Two speakers each, one evening."""

from datetime import timedelta
from typing import Any

from demo.cast import Cast, Expert, Host, expect
from demo.client import together
from demo.modes import Outcome

LECTURES = (
    ("健康讲座", "120101", 120),
    ("科普讲座", "120102", 85),
    ("法律讲座", "120103", 64),
    ("心理讲座", "120104", 140),
    ("创业讲座", "120105", 52),
    ("农技讲座", "120106", 96),
)
"""Subject, county of Tianjin, audience: invented."""
SPEAKERS = 2


async def live(cast: Cast) -> Outcome:
    """From six communities' orders to six lectures held."""
    cast.province = "120000000000"
    stage = cast.stage
    with stage.act("发布讲座订单 Communities order lectures, the bureau publishes", len(LECTURES)):
        await cast.open_round("专家讲座", "TJ-JZ")
        hosts = [cast.host(f"{county}001000", f"{subject}社区") for subject, county, _ in LECTURES]
        orders = await together(lambda at: _order(cast, hosts[at], LECTURES[at][0]), range(len(LECTURES)))
        await cast.system.bulk(cast.bureau, f"/orders/v1/rounds/{cast.round_id}/orders/publish")
        await cast.system.settle()
    with stage.act("主讲人接单 Speakers take the orders, the bureau confirms", len(LECTURES)):
        speakers = await cast.experts(len(LECTURES) * SPEAKERS)
        teams = await together(
            lambda at: _claim(cast, orders[at], LECTURES[at][0], speakers[at * SPEAKERS :][:SPEAKERS]),
            range(len(LECTURES)),
        )
        proposals = [{"team_id": team, "amount_fen": 0} for team in teams]
        path = f"/teams/v1/rounds/{cast.round_id}/teams/propose"
        await cast.system.bulk_rows(cast.bureau, path, "proposals", proposals)
        await cast.system.settle()
        await cast.all_stand_at("teams", "teams", "confirmed", len(LECTURES))
    with stage.act("举办讲座 Each lecture is held and confirmed by its host", len(LECTURES)):
        await cast.close_round()
        await cast.system.post(cast.bureau, f"/orders/v1/rounds/{cast.round_id}/decide")
        await cast.move_to(cast.now + timedelta(days=1))
        await together(
            lambda at: _hold(cast, teams[at], speakers[at * SPEAKERS], hosts[at], LECTURES[at][2]),
            range(len(LECTURES)),
        )
        await cast.system.settle()
    with stage.act("归档 Every order is completed by its one entry, the round is archived", 1):
        held = await cast.all_stand_at("teams", "teams", "concluded", len(LECTURES))
        done = await cast.all_stand_at("orders", "orders", "completed", len(LECTURES))
        await cast.system.post(cast.bureau, f"/orders/v1/rounds/{cast.round_id}/archive")
    audience = await _audience(cast, teams)
    expect("audience", sum(audience), sum(size for *_, size in LECTURES))
    figures = {"orders": len(done), "teams": len(held), "experts": len(speakers), "audience": sum(audience)}
    rows = [
        {"订单 Order": one["number"], "讲座 Lecture": one["title"], "听众 Audience": size}
        for one, size in zip(sorted(done, key=lambda one: orders.index(one["id"])), audience, strict=True)
    ]
    return Outcome(figures, "讲座 Lectures (示例数据 invented)", rows)


async def _order(cast: Cast, host: Host, subject: str) -> str:
    wanted = {
        "round_id": cast.round_id,
        "title": f"{subject}进社区",
        "division": host.division,
        "host_name": host.name,
        "host_code": host.code,
        "liaison_name": "示例联络员",
        "liaison_phone": "13800000000",
        "problem": f"居民希望听一场{subject}",
        "expected": "讲解清楚、当场答疑",
        "service_forms": ["讲座"],
    }
    order = await cast.system.post(host.person, "/orders/v1/orders", wanted)
    await cast.system.post(host.person, f"/orders/v1/orders/{order['id']}/submit")
    cast.stage.step()
    return str(order["id"])


async def _claim(cast: Cast, order_id: str, subject: str, speakers: list[Expert]) -> str:
    lead, *others = speakers
    system = cast.system
    team = await system.post(lead.person, "/teams/v1/teams", {"order_id": order_id, "name": f"示例{subject}主讲团"})
    path = f"/teams/v1/teams/{team['id']}"
    held_on = (cast.today + timedelta(days=40)).isoformat()
    points = {
        "place": "社区活动中心",
        "content": subject,
        "starts_on": held_on,
        "liaison_name": "示例联络员",
        "liaison_phone": "13800000000",
    }
    await system.patch(lead.person, path, points, team["version"])
    invited = [{"person_id": one.id, "role": "member"} for one in others]
    await system.post(lead.person, f"{path}/members", {"members": invited})
    for one in others:
        await system.post(one.person, f"{path}/members/{one.id}/accept")
    for unit in {one.unit for one in speakers}:
        await system.post(unit, f"{path}/consent")
    await system.post(lead.person, f"{path}/submit")
    cast.stage.step()
    return str(team["id"])


async def _hold(cast: Cast, team_id: str, lead: Expert, host: Host, audience: int) -> None:
    entry = {
        "id": cast.made_id(team_id, "lecture"),
        "served_on": cast.today.isoformat(),
        "person_id": lead.id,
        "form": "讲座",
        "days": "0.5",
        "beneficiaries": audience,
    }
    await cast.system.post(lead.person, f"/teams/v1/teams/{team_id}/entries", {"entries": [entry]})
    await cast.system.post(host.person, f"/teams/v1/entries/{entry['id']}/confirm")
    cast.stage.step()


async def _audience(cast: Cast, teams: list[str]) -> list[int]:
    async def one(team_id: str) -> int:
        entries: list[Any] = await cast.system.every(
            cast.bureau, f"/teams/v1/teams/{team_id}/entries", status="confirmed"
        )
        return sum(entry["beneficiaries"] for entry in entries)

    return await together(one, teams)
