"""Service groups (专家服务团) as Sichuan announced them ★: eight kinds of group, a calendar of 19 actions, 50 counties,
500 experts and 200 firms within the year. Hosts, experts and firms are invented."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from demo.cast import Cast, Expert, Host, expect, workbook
from demo.client import together
from demo.modes import Outcome

ACTIONS, COUNTIES, EXPERTS, FIRMS = 19, 50, 500, 200
KINDS = (
    "深度贫困县行动",
    "精准扶贫",
    "高级专家下基层",
    "千人计划下基层",
    "博士后服务团",
    "海外学子报国行",
    "创业导师进园",
    "海外赤子",
)
MENU = ("专题培训", "解疑答惑", "技术指导", "建立长效机制", "决策咨询", "项目合作", "支农", "支医", "健康讲座")
_COUNTIES = """
    510121金堂县 510131蒲江县 510322富顺县 510422盐边县 510522合江县 510525古蔺县 510723盐亭县 510726北川羌族自治县 510821旺苍县 510823剑阁县
    510921蓬溪县 511024威远县 511124井研县 511129沐川县 511133马边彝族自治县 511322营山县 511324仪陇县 511423洪雅县 511425青神县 511524长宁县
    511526珙县 511528兴文县 511621岳池县 511722宣汉县 511724大竹县 511822荥经县 511824石棉县 511826芦山县 511922南江县 512021安岳县
    513221汶川县 513223茂县 513225九寨沟县 513227小金县 513231阿坝县 513233红原县 513323丹巴县 513325雅江县 513327炉霍县 513330德格县
    513332石渠县 513334理塘县 513336乡城县 513338得荣县 513423盐源县 513427宁南县 513429布拖县 513431昭觉县 513433冕宁县 513435甘洛县
"""
PLACES = {place[:6] + "000000": place[6:] for place in _COUNTIES.split()}
"""Counties of Sichuan, by their codes; each is in one action."""
UNITS = 10
TEAM, SERVED = EXPERTS // COUNTIES, FIRMS // COUNTIES
"""Experts of a team and firms that it serves: one team goes to each county."""
HEADS = (
    "区划代码",
    "需求单位全称",
    "统一社会信用代码",
    "联系人",
    "联系电话",
    "产业类别",
    "需求名称",
    "需求描述",
    "期望成果",
    "服务方式",
    "专业要求",
    "服务期限",
    "类别",
    "服务内容",
    "行动",
)


@dataclass(frozen=True)
class Need:
    """What one county asks for within an action."""

    host: Host
    county: str
    action: dict[str, Any]
    tasks: str


async def live(cast: Cast) -> Outcome:
    """From the calendar to the yearly targets reached."""
    stage = cast.stage
    with stage.act("行动计划 The bureau plans the year's calendar", ACTIONS):
        await cast.open_round("专家服务团", "SC-FWT")
        needs = await _plan(cast)
    with stage.act("征集订单 Counties hand in their needs, districts recommend, the bureau publishes", COUNTIES):
        orders = await _order(cast, needs)
    with stage.act("组建服务团 Groups form, experts accept, units consent", COUNTIES):
        people = sorted(await cast.experts(EXPERTS, units=UNITS), key=lambda one: one.unit_code)
        groups = [people[at : at + TEAM] for at in range(0, EXPERTS, TEAM)]
        teams = await together(lambda at: _claim(cast, orders[at], needs[at], groups[at]), range(COUNTIES))
        await _confirm(cast, teams)
    with stage.act("开展行动 The actions take place, hosts confirm who came and which firms were served", COUNTIES):
        await cast.move_to(_day_after(max(need.action["ends_on"] for need in needs)))
        await together(lambda at: _serve(cast, teams[at], groups[at][0], needs[at]), range(COUNTIES))
        await cast.system.settle()
    with stage.act("结项归档 Teams are concluded, the round is archived", 1):
        await cast.system.bulk(cast.bureau, f"/teams/v1/rounds/{cast.round_id}/teams/conclude")
        await cast.system.settle()
        await cast.all_stand_at("teams", "teams", "concluded", COUNTIES)
        await cast.all_stand_at("orders", "orders", "completed", COUNTIES)
        await cast.system.post(cast.bureau, f"/orders/v1/rounds/{cast.round_id}/archive")
    return await _outcome(cast)


async def _plan(cast: Cast) -> list[Need]:
    """19 actions of three days, a week apart, over 50 counties; each county in one of them."""
    counties = list(PLACES)
    planned = [
        {
            "name": f"第{number + 1}次行动（{KINDS[number % len(KINDS)]}）",
            "kind": KINDS[number % len(KINDS)],
            "starts_on": (first := cast.today + timedelta(days=40 + 7 * number)).isoformat(),
            "ends_on": (first + timedelta(days=2)).isoformat(),
            "divisions": counties[number::ACTIONS],
        }
        for number in range(ACTIONS)
    ]
    path = f"/orders/v1/rounds/{cast.round_id}/actions"
    made = await cast.system.post(cast.bureau, path, {"actions": planned})
    cast.stage.step(ACTIONS)
    return [
        Need(
            cast.host(code, f"{PLACES[code]}农业农村局"),
            code,
            action,
            f"{MENU[at % len(MENU)]}、{MENU[(at + 1) % len(MENU)]}",
        )
        for at, (code, action) in enumerate((code, action) for action in made for code in action["divisions"])
    ]


async def _order(cast: Cast, needs: list[Need]) -> list[str]:
    """The bureau's summary as Excel; each county recommends its own."""
    rows = [
        [
            need.county,
            need.host.name,
            need.host.code,
            "示例联络员",
            "13800000000",
            "农业",
            f"{need.action['name']}服务需求",
            "缺少技术人员",
            "培训技术骨干，解决生产难题",
            "现场指导",
            "农学",
            "一年",
            need.action["kind"],
            need.tasks,
            need.action["name"],
        ]
        for need in needs
    ]
    path = f"/orders/v1/rounds/{cast.round_id}/orders"
    content = workbook("需求征集汇总表", HEADS, rows)
    answer = await cast.system.upload(cast.bureau, f"{path}/import", "orders.xlsx", content)
    expect("orders created", answer["created"], COUNTIES)

    async def recommend(need: Need) -> None:
        await cast.system.bulk(cast.district(need.county), f"{path}/recommend")
        cast.stage.step()

    await together(recommend, needs)
    await cast.system.bulk(cast.bureau, f"{path}/publish")
    await cast.system.settle()
    return [str(row["order_id"]) for row in sorted(answer["orders"], key=lambda row: row["row"])]


async def _claim(cast: Cast, order_id: str, need: Need, group: list[Expert]) -> str:
    system, lead = cast.system, group[0]
    team = await system.post(
        lead.person, "/teams/v1/teams", {"order_id": order_id, "name": f"示例{need.action['name']}服务团"}
    )
    path = f"/teams/v1/teams/{team['id']}"
    points = {
        "place": "县农业技术推广中心",
        "content": need.tasks,
        "starts_on": need.action["starts_on"],
        "ends_on": need.action["ends_on"],
        "liaison_name": "示例联络员",
        "liaison_phone": "13800000000",
    }
    await system.patch(lead.person, path, points, team["version"])
    await system.post(lead.person, f"{path}/members", {"members": [{"person_id": one.id} for one in group[1:]]})
    for one in group[1:]:
        await system.post(one.person, f"{path}/members/{one.id}/accept")
    for unit in {one.unit for one in group}:
        await system.post(unit, f"{path}/consent")
    await system.post(lead.person, f"{path}/submit")
    cast.stage.step()
    return str(team["id"])


async def _confirm(cast: Cast, teams: list[str]) -> None:
    """The districts recommend, the bureau takes all of them; nothing is paid and nothing is signed."""
    await cast.system.settle()
    path = f"/teams/v1/rounds/{cast.round_id}/teams"
    found = await cast.system.every(cast.bureau, "/teams/v1/teams", round_id=cast.round_id)
    districts = {team["division"] for team in found}
    await together(lambda code: cast.system.bulk(cast.district(code), f"{path}/recommend"), sorted(districts))
    proposals = [{"team_id": team, "amount_fen": 0} for team in teams]
    await cast.system.bulk_rows(cast.bureau, f"{path}/propose", "proposals", proposals)
    await cast.system.settle()
    await cast.all_stand_at("teams", "teams", "confirmed", COUNTIES)
    await cast.close_round()
    await cast.system.post(cast.bureau, f"/orders/v1/rounds/{cast.round_id}/decide")
    await cast.system.settle()


def _day_after(day: str) -> datetime:
    return datetime.fromisoformat(f"{date.fromisoformat(day) + timedelta(days=1)}T09:00:00+08:00")


async def _serve(cast: Cast, team_id: str, lead: Expert, need: Need) -> None:
    """One visit to a county, with the firms that were served."""
    entry = {
        "id": cast.made_id(team_id, "visit"),
        "served_on": need.action["starts_on"],
        "person_id": lead.id,
        "form": "现场指导",
        "days": "3",
        "beneficiaries": 60,
        "problem": "生产技术难题",
        "served_units": [cast.invent.credit_code("91", need.county) for _ in range(SERVED)],
    }
    answer = await cast.system.post(lead.person, f"/teams/v1/teams/{team_id}/entries", {"entries": [entry]})
    expect("visit", [result["status"] for result in answer["results"]], ["recorded"])
    await cast.system.post(need.host.person, f"/teams/v1/entries/{entry['id']}/confirm")
    cast.stage.step()


async def _outcome(cast: Cast) -> Outcome:
    """What the system itself counted, against what was announced."""
    found = await cast.system.get(cast.bureau, f"/orders/v1/rounds/{cast.round_id}/progress")
    progress = {one["name"]: {"target": one["target"], "reached": one["reached"]} for one in found["measures"]}
    for name, announced in (("experts", EXPERTS), ("counties", COUNTIES), ("firms", FIRMS)):
        expect(name, progress[name], {"target": announced, "reached": announced})
    calendar = await cast.system.get(None, f"/public/rounds/{cast.round['prefix']}/actions")
    expect("actions done", [one["status"] for one in calendar], ["done"] * ACTIONS)
    expect("orders of the actions", sum(one["orders"] for one in found["actions"]), COUNTIES)
    rows = [
        {
            "行动 Action": one["name"],
            "日期 Days": f"{one['starts_on']} – {one['ends_on']}",
            "县 Counties": one["counties"],
            "专家 Experts": one["experts"],
            "企业 Firms": one["firms"],
        }
        for one in found["actions"]
    ]
    figures = {
        "orders": COUNTIES,
        "teams": COUNTIES,
        "experts": progress["experts"]["reached"],
        "actions": len(calendar),
        "counties": progress["counties"]["reached"],
        "firms": progress["firms"]["reached"],
        "progress": progress,
    }
    return Outcome(figures, "行动 Actions (示例数据 invented)", rows)
