"""Posts (挂职服务) as Hubei announced them ★: 69 units recommended 155 people, 71 of them matched themselves, 104 were
posted as deputy mayor, deputy county head or industry adviser, so that the bureau placed 33 and 51 were left; training
before the post, two years. The people, hosts and claims are invented."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import Any

from demo.acts.notices import outlive_notice
from demo.cast import Cast, Expert, Host, expect, workbook
from demo.client import together
from demo.modes import Outcome

NOMINATED, UNITS, MATCHED, POSTED = 155, 69, 71, 104
PLACED, LEFT = POSTED - MATCHED, NOMINATED - POSTED
RIVALS = 20
"""Claims on posts for which the host takes somebody else; an invented number."""
ADVISERS = 3
"""Of each host, besides its one deputy."""
HOSTS = (
    ("420281", "大冶市"),
    ("420381", "丹江口市"),
    ("420581", "宜都市"),
    ("420582", "当阳市"),
    ("420682", "老河口市"),
    ("420683", "枣阳市"),
    ("420881", "钟祥市"),
    ("420981", "应城市"),
    ("420982", "安陆市"),
    ("421083", "洪湖市"),
    ("421181", "麻城市"),
    ("421281", "赤壁市"),
    ("422801", "恩施市"),
    ("420222", "阳新县"),
    ("420322", "郧西县"),
    ("420323", "竹山县"),
    ("420325", "房县"),
    ("420527", "秭归县"),
    ("420626", "保康县"),
    ("420922", "大悟县"),
    ("421122", "红安县"),
    ("421123", "罗田县"),
    ("421124", "英山县"),
    ("421126", "蕲春县"),
    ("421224", "通山县"),
    ("422823", "巴东县"),
)
"""Counties and county-level cities of Hubei, by their codes."""
PATH = "/teams/v1"


async def live(cast: Cast) -> Outcome:
    """From 104 posts to two years' service."""
    cast.province = "420000000000"
    stage = cast.stage
    with stage.act("发布岗位 Hosts name their posts, the bureau publishes them", POSTED):
        await cast.open_round("专家挂职服务", "HB-GZ")
        posts = await _publish(cast)
    with stage.act("单位推荐 Units nominate their people", NOMINATED):
        people = await cast.experts(NOMINATED, units=UNITS)
        await _nominate(cast, people)
    with stage.act("双向选择 People claim posts, hosts accept or decline", MATCHED + RIVALS):
        matched = await _choose(cast, posts, people)
    with stage.act("组织安排 The bureau places whom no host has, on the posts that are free", PLACED):
        placed = await _place(cast, posts[MATCHED:], people[MATCHED:])
    with stage.act("公示 The list is shown to the public, the round is decided", POSTED):
        teams = matched + placed
        await _confirm(cast, teams)
        await _check_outcomes(cast)
    with stage.act("岗前培训 Training before the post", POSTED):
        await _train(cast, teams[0], people[0])
    with stage.act("到岗服务 Two years in the post, a report each half-year", 1):
        shown = await _serve(cast, posts, people)
    figures = {"orders": len(posts), "teams": len(shown), "experts": len(people), **await _figures(cast)}
    return Outcome(figures, "挂职岗位 Posts (示例数据 invented)", _rows(shown))


# the posts


async def _publish(cast: Cast) -> list[dict[str, Any]]:
    """One deputy and some advisers of each host; no district recommends in this mode."""
    wanted = [(cast.host(f"{code}000000", f"{name}人民政府"), kind) for code, name in HOSTS for kind in _kinds(name)]
    drafted = await together(lambda one: _draft(cast, *one), list(enumerate(wanted)))
    await cast.system.bulk(cast.bureau, f"/orders/v1/rounds/{cast.round_id}/orders/publish")
    await cast.system.settle()
    return drafted


def _kinds(name: str) -> list[str]:
    return ["副市长" if name.endswith("市") else "副县长", *["产业顾问"] * ADVISERS]


async def _draft(cast: Cast, number: int, wanted: tuple[Host, str]) -> dict[str, Any]:
    host, kind = wanted
    title = f"{host.name.removesuffix('人民政府')}{kind}" + (f"（岗位{number + 1}）" if kind == "产业顾问" else "")
    body = {
        "round_id": cast.round_id,
        "title": title,
        "kind": kind,
        "division": host.division,
        "host_name": host.name,
        "host_code": host.code,
        "liaison_name": "示例联络员",
        "liaison_phone": "13800000000",
        "problem": "产业发展缺少懂技术的负责人",
        "expected": "到岗两年，推动一项产业",
        "people_wanted": 1,
    }
    order = await cast.system.post(host.person, "/orders/v1/orders", body)
    await cast.system.post(host.person, f"/orders/v1/orders/{order['id']}/submit")
    cast.stage.step()
    return {**order, "host": host, "kind": kind, "begins": date(cast.now.year + (cast.now.month > 4), 7, 1)}


# the people


async def _nominate(cast: Cast, people: list[Expert]) -> None:
    """Each unit its own people; the last unit sends its list as Excel."""
    of_unit: dict[str, list[Expert]] = defaultdict(list)
    for one in people:
        of_unit[one.unit_code].append(one)
    *listed, last = of_unit.values()
    await together(lambda group: _send(cast, group), listed)
    rows = [
        [number, one.name, cast.citizen_ids[one.id], one.unit_code, "熟悉产业"] for number, one in enumerate(last, 1)
    ]
    content = workbook("推荐人选", ("序号", "姓名", "证件号码", "单位统一社会信用代码", "推荐理由"), rows)
    path = f"{PATH}/rounds/{cast.round_id}/nominations/import"
    expect("imported", (await cast.system.upload(last[0].unit, path, "list.xlsx", content))["created"], len(last))
    cast.stage.step(len(last))


async def _send(cast: Cast, group: list[Expert]) -> None:
    rows = [{"person_id": one.id, "wish": "产业顾问", "grounds": "熟悉产业"} for one in group]
    await cast.system.bulk(group[0].unit, f"{PATH}/rounds/{cast.round_id}/nominations", {"nominations": rows})
    cast.stage.step(len(group))


async def _choose(cast: Cast, posts: list[dict[str, Any]], people: list[Expert]) -> list[str]:
    """71 are taken by the hosts of their choice. 20 others try for some of the same posts and are declined."""
    claims = await together(lambda at: _claim(cast, posts[at], people[at]), range(MATCHED))
    rivals = await together(lambda at: _claim(cast, posts[at], people[MATCHED + at]), range(RIVALS))
    await together(lambda at: _answer(cast, posts[at], claims[at], ""), range(MATCHED))
    await together(lambda at: _answer(cast, posts[at], rivals[at], "专业方向不符"), range(RIVALS))
    await cast.system.settle()
    return claims


async def _claim(cast: Cast, post: dict[str, Any], one: Expert) -> str:
    system = cast.system
    team = await system.post(one.person, f"{PATH}/teams", {"order_id": post["id"], "name": post["title"]})
    await system.patch(one.person, f"{PATH}/teams/{team['id']}", _points(post), team["version"])
    await system.post(one.person, f"{PATH}/teams/{team['id']}/submit")
    return str(team["id"])


def _points(post: dict[str, Any]) -> dict[str, str]:
    """The post's place, work, term of two years and liaison."""
    begins: date = post["begins"]
    return {
        "place": post["place"],
        "content": post["title"],
        "starts_on": begins.isoformat(),
        "ends_on": (begins.replace(year=begins.year + 2) - timedelta(days=1)).isoformat(),
        "liaison_name": "示例联络员",
        "liaison_phone": "13800000000",
    }


async def _answer(cast: Cast, post: dict[str, Any], claim: str, reason: str) -> None:
    step, body = ("decline", {"reason": reason}) if reason else ("accept", None)
    await cast.system.post(post["host"].person, f"{PATH}/teams/{claim}/{step}", body)
    cast.stage.step()


async def _place(cast: Cast, free: list[dict[str, Any]], people: list[Expert]) -> list[str]:
    """Nobody came for these posts. The first person asked says no, and the bureau asks another."""
    await cast.close_round()
    unclaimed = await cast.system.every(cast.bureau, "/orders/v1/orders", round_id=cast.round_id, status="unclaimed")
    expect("unclaimed posts", {one["id"] for one in unclaimed}, {post["id"] for post in free})
    unwilling, *willing = people[: PLACED + 1]
    rows = [_placement(post, one) for post, one in zip(free, [unwilling, *willing], strict=False)]
    path = f"{PATH}/rounds/{cast.round_id}/teams/place"
    await cast.system.bulk(cast.bureau, path, {"placements": rows})
    chosen = await cast.system.every(cast.bureau, f"{PATH}/teams", status="accepted", round_id=cast.round_id)
    asked = {one["lead_id"]: one["id"] for one in chosen if one["placed"]}
    await cast.system.post(unwilling.person, f"{PATH}/teams/{asked[unwilling.id]}/members/{unwilling.id}/decline")
    second = _placement(free[0], willing[-1])
    asked[willing[-1].id] = (await cast.system.post(cast.bureau, f"{PATH}/teams/place", second))["id"]
    await together(lambda one: _accept(cast, asked[one.id], one), willing)
    return [str(asked[one.id]) for one in willing]


def _placement(post: dict[str, Any], one: Expert) -> dict[str, Any]:
    return {"order_id": post["id"], "person_id": one.id, "name": post["title"], **_points(post)}


async def _accept(cast: Cast, team: str, one: Expert) -> None:
    await cast.system.post(one.person, f"{PATH}/teams/{team}/members/{one.id}/accept")
    cast.stage.step()


# the list and what came of it


async def _confirm(cast: Cast, teams: list[str]) -> None:
    """The bureau proposes all 104; this mode awards no money, so the notice follows at once."""
    proposals = [{"team_id": team, "amount_fen": 0} for team in teams]
    await cast.system.bulk_rows(cast.bureau, f"{PATH}/rounds/{cast.round_id}/teams/propose", "proposals", proposals)
    await cast.system.settle()
    await outlive_notice(cast, {"round_id": cast.round_id, "kind": "selection"})
    cast.now = await cast.system.now()
    await cast.system.post(cast.bureau, f"/orders/v1/rounds/{cast.round_id}/decide")
    await cast.system.settle()


async def _figures(cast: Cast) -> dict[str, int]:
    """What the bureau reads of its nominations."""
    found = await cast.system.get(cast.bureau, f"{PATH}/rounds/{cast.round_id}/nominations/figures")
    return {
        "nominated": found["nominated"],
        "units": found["units"],
        "matched": found["matched"],
        "placed": found["placed"],
        "posted": found["matched"] + found["placed"],
        "unplaced": found["unplaced"],
    }


async def _check_outcomes(cast: Cast) -> None:
    announced = {
        "nominated": NOMINATED,
        "units": UNITS,
        "matched": MATCHED,
        "placed": PLACED,
        "posted": POSTED,
        "unplaced": LEFT,
    }
    for name, found in (await _figures(cast)).items():
        expect(name, found, announced[name])
    teams = await cast.system.every(cast.bureau, f"{PATH}/teams", round_id=cast.round_id)
    expect("teams", Counter(one["status"] for one in teams), {"confirmed": POSTED, "rejected": RIVALS + 1})


async def _train(cast: Cast, team: str, lead: Expert) -> None:
    """Whoever would begin before the training is refused; one course for all."""
    early = await _entry(cast, team, lead, "early")
    expect(
        "an entry before the training",
        [one["code"] for one in early["reasons"]],
        [
            "entry.team_not_serving",
            "entry.not_trained",
        ],
    )
    await cast.move_to(cast.now + timedelta(days=5))
    course = {"trained_on": cast.today.isoformat(), "course": "挂职专家岗前培训班", "hours": "24", "place": "示例党校"}
    trained = await cast.system.bulk(cast.bureau, f"{PATH}/rounds/{cast.round_id}/teams/train", course)
    expect("trained", len(trained), POSTED)
    cast.stage.step(POSTED)


async def _entry(cast: Cast, team: str, lead: Expert, what: str, *, days: str = "5") -> Any:
    entry = {
        "id": cast.made_id(team, what),
        "served_on": cast.today.isoformat(),
        "person_id": lead.id,
        "form": "挂职",
        "days": days,
        "beneficiaries": 10,
    }
    return (await cast.system.post(lead.person, f"{PATH}/teams/{team}/entries", {"entries": [entry]}))["results"][0]


# two years


async def _serve(cast: Cast, posts: list[dict[str, Any]], people: list[Expert]) -> list[dict[str, Any]]:
    """The terms begin on their day and last two years; the host confirms what its deputy reports."""
    first = (await cast.system.every(cast.bureau, f"{PATH}/teams", round_id=cast.round_id, status="trained"))[0]
    begins, ends = date.fromisoformat(first["starts_on"]), date.fromisoformat(first["ends_on"])
    expect("months of the term", (ends + timedelta(days=1)).replace(year=begins.year), begins)
    await cast.move_to(cast.now + (begins - cast.today) + timedelta(hours=1))
    serving = await cast.system.every(cast.bureau, f"{PATH}/teams", round_id=cast.round_id, status="serving")
    expect("in their posts", len(serving), POSTED)
    hosts, leads = {post["id"]: post["host"] for post in posts}, {one.id: one for one in people}
    for half_year in range(4):
        await cast.move_to(cast.now + timedelta(days=180))
        for team in serving[:: POSTED // 4]:
            entry = await _entry(cast, team["id"], leads[team["lead_id"]], f"half-year {half_year}", days="20")
            expect("an entry in service", entry["status"], "recorded")
            await cast.system.post(hosts[team["order_id"]].person, f"{PATH}/entries/{entry['id']}/confirm")
    await cast.move_to(cast.now + (ends - cast.today) + timedelta(days=1))
    await cast.system.bulk(cast.bureau, f"{PATH}/rounds/{cast.round_id}/teams/conclude")
    await cast.system.settle()
    done = await cast.system.every(cast.bureau, "/orders/v1/orders", round_id=cast.round_id, status="completed")
    expect("completed posts", len(done), POSTED)
    await cast.system.post(cast.bureau, f"/orders/v1/rounds/{cast.round_id}/archive")
    kinds = {post["id"]: post["kind"] for post in posts}
    return [{**team, "kind": kinds[team["order_id"]]} for team in serving]


def _rows(teams: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The posts by kind and by how they were filled."""
    counted = Counter((one["kind"], one["placed"]) for one in teams)
    return [
        {
            "岗位 Post": kind,
            "自主对接 Matched": counted[kind, False],
            "组织安排 Placed": counted[kind, True],
            "到岗 Posted": counted[kind, False] + counted[kind, True],
        }
        for kind in ("副市长", "副县长", "产业顾问")
    ]
