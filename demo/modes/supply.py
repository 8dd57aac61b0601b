"""Experts' offers (专家发榜): an expert puts a ready result up, hosts compete for it, the expert takes one and builds the
team with the host's local talent. In 2024 Chongqing announced 18 supply-led teams ★; the people, hosts and offers here
are invented, and so is the competition."""

from collections import Counter
from datetime import timedelta
from typing import Any

from demo.acts.notices import outlive_notice
from demo.acts.reviewing import review
from demo.cast import Cast, Expert, Host, expect
from demo.client import together
from demo.modes import Outcome

SUPPLY_LED = 18
OFFERS = 20
"""Two find nobody."""
CONTESTED = 8
"""Offers that two hosts want."""
AWARD_FEN = 10_000_000
TOWNS = ("500114001000", "500229001000", "500230001000", "500231001000", "500235001000", "500101151000")
"""Where the hosts are: towns of six districts and counties of Chongqing."""
ORIGINS = ("500106000000", "500112000000", "500000000000")
"""Where the experts work: two districts, which recommend, and the city itself, where nobody does."""
RESULTS = ("茶园绿色防控", "柑橘保鲜", "生猪健康养殖", "中药材育苗", "农产品品牌设计", "乡村污水处理")
SERVING = ["competition", "recommendation", "notice", "agreement", "award"]
"""Without the yearly rating, so that the money is due once the service has begun."""
BEGUN = [{"percent": 100, "gates": ["agreed", "begun"]}]
PATH = "/teams/v1"


async def live(cast: Cast) -> Outcome:
    """From twenty offers to eighteen concluded teams."""
    cast.province = "500000000000"
    stage = cast.stage
    with stage.act("专家发榜 Experts put their results up, the bureau publishes them", OFFERS):
        policy: dict[str, Any] = {"mode": "team_project", "switches": SERVING, "funding": {"schedule": BEGUN}}
        await cast.open_round("专家发榜服务", "CQ-FB", direction="supply", **policy)
        budget = {"round_id": cast.round_id, "amount_fen": SUPPLY_LED * AWARD_FEN, "reason": "示例预算"}
        await cast.system.post(cast.bureau, "/funding/v1/appropriations", budget)
        leads = await cast.experts(OFFERS, 人才称号="市学术技术带头人")
        offers = await _publish(cast, leads)
    with stage.act("单位揭榜 Hosts claim what they need, each expert takes one", SUPPLY_LED):
        hosts, teams = await _claim(cast, offers, leads)
    with stage.act("组建团队 The experts build their teams with the hosts' local talent", SUPPLY_LED):
        members = await cast.experts(SUPPLY_LED)
        local = await _local(cast, hosts)
        await together(lambda at: _build(cast, teams[at], leads[at], members[at], local[at]), range(SUPPLY_LED))
    with stage.act("评审公示 The hosts' districts recommend, the bureau selects, the list is shown", SUPPLY_LED):
        await _select(cast, teams)
    with stage.act("签约服务 Lead, unit and host sign; service begins", SUPPLY_LED):
        await together(lambda at: _sign(cast, teams[at], leads[at], hosts[at]), range(SUPPLY_LED))
        await cast.system.settle()
        await cast.move_to(cast.now + timedelta(days=3))
        await together(lambda at: _serve(cast, teams[at], leads[at], hosts[at]), range(SUPPLY_LED))
        await cast.system.settle()
    with stage.act("结项 Teams are concluded, offers that nobody wanted are withdrawn", SUPPLY_LED):
        shown = await _conclude(cast, offers, hosts)
    figures = await _figures(cast, shown, [*leads[:SUPPLY_LED], *members, *local])
    return Outcome(figures, "专家发榜 Offers and who took them (示例数据 invented)", shown)


# the offers


async def _publish(cast: Cast, leads: list[Expert]) -> list[dict[str, Any]]:
    """Districts recommend their own experts' offers; those of the city are published without."""
    offers = [await _offer(cast, at, lead) for at, lead in enumerate(leads)]
    for district in (origin for origin in ORIGINS if origin != cast.province):
        path = f"/orders/v1/rounds/{cast.round_id}/orders/recommend"
        await cast.system.bulk(cast.district(district), path)
    await cast.system.bulk(cast.bureau, f"/orders/v1/rounds/{cast.round_id}/orders/publish")
    of_the_city = [offer for offer in offers if offer["division"] == cast.province]
    for offer in of_the_city:
        await cast.system.post(cast.bureau, f"/orders/v1/orders/{offer['id']}/publish")
    await cast.system.settle()
    await cast.all_stand_at("orders", "orders", "published", OFFERS)
    return offers


async def _offer(cast: Cast, number: int, lead: Expert) -> dict[str, Any]:
    result = RESULTS[number % len(RESULTS)]
    body = {
        "round_id": cast.round_id,
        "title": f"{result}成套技术（成果{number + 1}）",
        "division": ORIGINS[number % len(ORIGINS)],
        "expert_name": lead.name,
        "expert_unit": "示例派出单位",
        "industry": "农业",
        "problem": f"{result}成套技术，已在两县应用",
        "expected": "成本降低两成",
        "expertise": [result],
    }
    offer: dict[str, Any] = await cast.system.post(lead.person, "/orders/v1/offers", body)
    await cast.system.post(lead.person, f"/orders/v1/orders/{offer['id']}/submit")
    cast.stage.step()
    return offer


# the hosts


async def _claim(cast: Cast, offers: list[dict[str, Any]], leads: list[Expert]) -> tuple[list[Host], list[str]]:
    """One host for each of 18 offers, a second one for some; the expert takes the first and declines the other."""
    hosts = [cast.host(TOWNS[at % len(TOWNS)], f"第{at + 1}合作社") for at in range(SUPPLY_LED)]
    rivals = [cast.host(TOWNS[(at + 1) % len(TOWNS)], f"第{at + 1}农场") for at in range(CONTESTED)]
    teams = await together(lambda at: _take(cast, offers[at], hosts[at]), range(SUPPLY_LED))
    others = await together(lambda at: _take(cast, offers[at], rivals[at]), range(CONTESTED))
    await together(lambda at: _reply(cast, teams[at], leads[at], "accept"), range(SUPPLY_LED))
    await together(lambda at: _reply(cast, others[at], leads[at], "decline"), range(CONTESTED))
    await cast.system.settle()
    found = await cast.system.every(cast.bureau, f"{PATH}/teams", round_id=cast.round_id)
    expect("claims", Counter(one["status"] for one in found), {"forming": SUPPLY_LED, "rejected": CONTESTED})
    return hosts, teams


async def _take(cast: Cast, offer: dict[str, Any], host: Host) -> str:
    part = {
        "name": host.name,
        "division": host.division,
        "place": f"{host.name}示范基地",
        "liaison_name": "示例联络员",
        "liaison_phone": "13800000000",
    }
    body = {"order_id": offer["id"], "name": f"{host.name}专家服务团", "host": part}
    return str((await cast.system.post(host.person, f"{PATH}/teams", body))["id"])


async def _reply(cast: Cast, team: str, lead: Expert, answer: str) -> None:
    await cast.system.post(lead.person, f"{PATH}/teams/{team}/members/{lead.id}/{answer}")
    cast.stage.step(answer == "accept")


# the teams


async def _local(cast: Cast, hosts: list[Host]) -> list[Expert]:
    """A local talent of each host's own district, in the hosts' order."""
    count = SUPPLY_LED // len(TOWNS)
    of_town = {town: await cast.experts(count, 职称级别="初级", 所在区县代码=town[:6] + "000000") for town in TOWNS}
    return [of_town[host.division].pop(0) for host in hosts]


async def _build(cast: Cast, team: str, lead: Expert, member: Expert, local: Expert) -> None:
    system, path = cast.system, f"{PATH}/teams/{team}"
    roster = [{"person_id": member.id, "role": "member"}, {"person_id": local.id, "role": "local_talent"}]
    await system.post(lead.person, f"{path}/members", {"members": roster})
    for one in (member, local):
        await system.post(one.person, f"{path}/members/{one.id}/accept")
    for unit in {one.unit for one in (lead, member, local)}:
        await system.post(unit, f"{path}/consent")
    begins = cast.today + timedelta(days=90)
    claim = {
        "content": "成果转化与技术指导",
        "starts_on": begins.isoformat(),
        "ends_on": (begins + timedelta(days=364)).isoformat(),
        "targets": "成本降低两成",
        "agreed_days": "12",
        "agreed_visits": 6,
        "asked_fen": AWARD_FEN,
        "payee_unit_code": lead.unit_code,
        "payee_unit_name": "示例派出单位",
        "talent_plan": "当地人才能独立操作并带动周边",
        "budget": [{"name": "培训费", "amount_fen": AWARD_FEN}],
    }
    version = (await system.get(lead.person, path))["version"]
    await system.patch(lead.person, path, claim, version)
    await system.post(lead.person, f"{path}/submit")
    cast.stage.step()


async def _select(cast: Cast, teams: list[str]) -> None:
    """The districts are the hosts', wherever the experts work."""
    of_round = f"{PATH}/rounds/{cast.round_id}/teams"
    for town in TOWNS:
        recommended = await cast.system.bulk(cast.district(town), f"{of_round}/recommend")
        expect(f"recommended by {town[:6]}", len(recommended), SUPPLY_LED // len(TOWNS))
    await cast.system.bulk(cast.bureau, f"{of_round}/shortlist")
    best = await review(cast.system, cast.bureau, cast.round_id)
    expect("proposed by rank", {one["team_id"] for one in best}, set(teams))
    proposals = [{"team_id": one["team_id"], "amount_fen": one["amount_fen"]} for one in best]
    await cast.system.bulk_rows(cast.bureau, f"{of_round}/propose", "proposals", proposals)
    await cast.system.settle()
    await outlive_notice(cast, {"round_id": cast.round_id, "kind": "selection"})
    cast.now = await cast.system.now()
    await cast.close_round()
    await cast.system.post(cast.bureau, f"/orders/v1/rounds/{cast.round_id}/decide")
    await cast.system.settle()
    matched = await cast.system.every(cast.bureau, "/orders/v1/orders", round_id=cast.round_id, status="matched")
    expect("offers with a host", len([one for one in matched if one["host_code"]]), SUPPLY_LED)
    cast.stage.step(SUPPLY_LED)


async def _sign(cast: Cast, team: str, lead: Expert, host: Host) -> None:
    for party in (lead.person, lead.unit, host.person):
        await cast.system.post(party, f"{PATH}/teams/{team}/agreement/sign")


async def _serve(cast: Cast, team: str, lead: Expert, host: Host) -> None:
    entry = {
        "id": cast.made_id(team, "first"),
        "served_on": cast.today.isoformat(),
        "person_id": lead.id,
        "form": "技术指导",
        "days": "2",
        "beneficiaries": 30,
    }
    await cast.system.post(lead.person, f"{PATH}/teams/{team}/entries", {"entries": [entry]})
    await cast.system.post(host.person, f"{PATH}/entries/{entry['id']}/confirm")
    cast.stage.step()


async def _conclude(cast: Cast, offers: list[dict[str, Any]], hosts: list[Host]) -> list[dict[str, Any]]:
    """What became of each offer, as everybody can read it."""
    await cast.system.bulk(cast.bureau, f"{PATH}/rounds/{cast.round_id}/teams/conclude")
    for offer in offers[SUPPLY_LED:]:
        reason = {"reason": "无单位揭榜"}
        await cast.system.post(cast.bureau, f"/orders/v1/orders/{offer['id']}/withdraw", reason)
    await cast.system.settle()
    await cast.system.post(cast.bureau, f"/orders/v1/rounds/{cast.round_id}/archive")
    public = await cast.system.every(None, "/public/orders", round=cast.round["prefix"])
    taken = {one["host_name"] for one in public}
    expect("hosts of completed offers", taken, {host.name for host in hosts})
    expect(
        "public offers",
        Counter((one["direction"], one["status"]) for one in public),
        {("supply", "completed"): SUPPLY_LED},
    )
    cast.stage.step(SUPPLY_LED)
    return [
        {
            "订单 Offer": one["number"],
            "成果 Result": one["title"],
            "专家 Expert": one["expert_name"],
            "揭榜单位 Host": one["host_name"],
        }
        for one in sorted(public, key=lambda one: one["number"])
    ]


async def _figures(cast: Cast, shown: list[dict[str, Any]], people: list[Expert]) -> dict[str, Any]:
    money = await cast.system.get(cast.bureau, f"/funding/v1/rounds/{cast.round_id}/money")
    expect("awarded", money["awarded_fen"], SUPPLY_LED * AWARD_FEN)
    return {
        "orders": OFFERS,
        "teams": len(shown),
        "experts": len({one.id for one in people}),
        "supply_led": len(shown),
        "claims": SUPPLY_LED + CONTESTED,
        "unclaimed": OFFERS - len(shown),
        "awarded_fen": money["awarded_fen"],
    }
