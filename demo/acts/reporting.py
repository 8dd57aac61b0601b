"""The December report: districts hand in theirs, with an exemplary case; the city's is issued for everybody to read."""

import io
from collections import Counter
from typing import Any

from openpyxl import load_workbook

from demo import scorecard
from demo.acts.rating import published
from demo.client import DemoFailed, Person, together
from demo.invent import MARK
from demo.year import Year, district

REPORTS, CASES = "/assessment/v1/reports", "/assessment/v1/cases"
Report = dict[str, Any]


async def report(year: Year) -> None:
    """The first district's is given back once, and issued; the city's adds up what was accepted."""
    counties = [desk for desk in year.districts if desk.division[4:6] != "00"]
    with year.stage.act("年度报告 Districts report, the city's report is issued and read", len(counties) + 2):
        case = await _exemplary(year)
        year.stage.step()

        async def one(desk: Person) -> None:
            first = desk is counties[0]
            await _bring_on(year, desk, await _draft(year, desk), "issued" if first else "accepted", given_back=first)
            year.stage.step()

        await _finish(year)
        await together(one, counties)
        city = await _bring_on(year, year.bureau, await _draft(year, year.bureau))
        await _read(year, city, case)
        year.stage.step()
        year.stage.say(f"          {len(counties)} districts and the city: /public/reports/{city['id']}")


async def _finish(year: Year) -> None:
    """What a broken-off year left lying is issued first: there is one report at a time."""
    for left in await year.system.every(year.bureau, REPORTS, year=year.plan.year):
        await _bring_on(year, district(left["division"]), left)


async def _draft(year: Year, desk: Person) -> Report:
    text = f"{MARK}：{year.plan.year}年各团队按任务书开展服务，群众反映良好"
    wanted = {"year": year.plan.year, "division": desk.division, "text": text}
    return dict(await year.system.post(desk, REPORTS, wanted))


async def _bring_on(year: Year, desk: Person, told: Report, until: str = "issued", given_back: bool = False) -> Report:
    """Handed in by the district, accepted and issued by the bureau; ``given_back`` once, for more words."""
    system, bureau = year.system, year.bureau
    path = f"{REPORTS}/{told['id']}"
    while told["status"] != until:
        if told["status"] == "submitted" and given_back:
            told = await system.post(bureau, f"{path}/return", {"reason": "请补充困难与建议"})
            words = {"text": f"{told['text']}。建议：延长技术指导周期"}
            told, given_back = await system.put(desk, path, words, told["version"]), False
        elif told["status"] == "submitted":
            told = await system.post(bureau, f"{path}/accept")
        elif told["kind"] == "district" and told["status"] in ("drafted", "returned"):
            told = await system.post(desk, f"{path}/submit")
        else:
            # counties of other rounds may have something to report, too
            why = "其余区县报告后补" if told.get("missing") else ""
            told = await system.post(bureau, f"{path}/issue", {"reason": why})
            year.tally["reports_issued"] += 1
    return told


async def _exemplary(year: Year) -> Report:
    """The unit of the best team hands in a case with a picture, the bureau selects it; the district enters an award."""
    scores = {team.serial: scorecard.score(team) for team in year.folder.teams}
    best = max(year.folder.teams, key=lambda team: scores[team.serial].total)
    system, unit, desk = year.system, year.lead_unit(best), year.district_of(best)
    wanted = {
        "year": year.plan.year,
        "division": desk.division,
        "team_id": year.teams[best.serial],
        "title": f"{MARK}：{best.content}",
        "text": f"{MARK}：团队全年驻点服务，当地人才已能独立开展工作",
        "consent": "案例中人员均书面同意",
    }
    case = await system.post(unit, CASES, wanted)
    await system.upload(unit, f"{CASES}/{case['id']}/attachments", "现场.jpg", _picture(), "image/jpeg", kind="photo")
    await system.post(year.bureau, f"{CASES}/{case['id']}/select")
    year.tally["cases_selected"] += 1
    award = {
        "division": desk.division,
        "kind": "unit",
        "name": f"{MARK}单位",
        "title": f"{year.plan.year}年专家服务先进单位",
        "granted_by": f"{MARK}人力资源和社会保障局",
        "granted_on": (await system.now()).date().isoformat(),
        "reason": "长期驻点服务",
    }
    await system.post(desk, "/assessment/v1/commendations", award)
    return dict(case)


def _picture() -> bytes:
    """Fields below a sky, drawn for the demo."""
    from PIL import Image

    drawn = Image.new("RGB", (640, 400), (196, 222, 240))
    drawn.paste((112, 150, 76), (0, 240, 640, 400))
    out = io.BytesIO()
    drawn.save(out, "JPEG")
    return out.getvalue()


async def _read(year: Year, city: Report, case: Report) -> None:
    """Page, picture and figures by anybody; workbook and paper by the office. Raises DemoFailed when they do not tell
    of this round what it came to, or when the counties do not add up to the city."""
    system, public = year.system, f"/public/reports/{city['id']}"
    content = (await system.get(None, f"{public}/content"))["content"]
    page = (await system.download(None, public))[0].decode()
    shown = next(one for one in content["cases"] if one["id"] == case["id"])
    picture, _ = await system.download(None, f"{public}/pictures/{shown['pictures'][0]}")
    files = [await _exported(year, city, format) for format in ("xlsx", "docx")]
    rows = len(list(load_workbook(io.BytesIO(files[0]), read_only=True)["团队"].values))
    own = [row for row in content["teams"] if row["round"] == year.round["name"]]
    grades = Counter(one["grade"] for one in await published(year))
    wrong = [name for name, whole in content["figures"].items() if whole != _sum(content["counties"], name)]
    if wrong or len(own) != len(year.folder.teams) or Counter(row["grade"] for row in own) != grades:
        raise DemoFailed(f"the city's report tells of {len(own)} teams; what counties do not add up to: {wrong}")
    if shown["title"] not in page or not picture.startswith(b"\xff\xd8") or rows != 1 + len(content["teams"]):
        raise DemoFailed(f"the page, its picture or the workbook ({rows} rows) of {public} is not what was issued")


async def _exported(year: Year, city: Report, format: str) -> bytes:
    content, _ = await year.system.download(year.bureau, f"{REPORTS}/{city['id']}/export?format={format}")
    if not content.startswith(b"PK"):
        raise DemoFailed(f"the report's {format} is none")
    return content


def _sum(rows: list[dict[str, Any]], name: str) -> int:
    return sum(int(row[name]) for row in rows)
