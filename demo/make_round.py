"""Make a round folder of any province with any number of teams, in the same hand as the bundled one.

    python -m demo.make_round --province 四川 --teams 126 --year 2020 --seed 7 --out ./sichuan

People, units and figures are invented and marked so; places are real (villages apart, where their codes are
not published). The same arguments give the same bytes."""

import argparse
import csv
import gzip
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from demo import workbooks
from demo.invent import MARK, Inventor
from demo.shift import day as shift_day

DATA = Path(__file__).parent.parent / "shared" / "data"
VILLAGES = [
    "和平村",
    "红星村",
    "前进村",
    "新民村",
    "龙泉村",
    "青山村",
    "双河村",
    "石桥村",
    "大湾村",
    "高坪村",
]
BANKS = ("中国农业银行", "中国建设银行", "农村商业银行")
FORMS = ["技术指导", "技术指导", "专题培训", "远程咨询", "解疑答惑", "巡回讲学", "决策咨询"]
UNIT_KINDS = [
    "大学",
    "农业大学",
    "医科大学",
    "师范学院",
    "农业科学院",
    "畜牧科学院",
    "林业科学研究院",
    "环境科学研究院",
]
HONOURS = (
    "国务院政府特殊津贴专家",
    "享受国务院政府特殊津贴专家",
    "国家有突出贡献中青年专家",
    "百千万人才工程国家级人选",
    "国务院政府特殊津贴专家、百千万人才工程国家级人选",
)
TITLES = [
    ("教授", "正高"),
    ("研究员", "正高"),
    ("主任医师", "正高"),
    ("推广研究员", "正高"),
    ("副研究员", "副高"),
    ("高级工程师", "副高"),
]
MEMBER_TITLES = [*TITLES, ("讲师", "中级"), ("博士后", "中级")]
LOCAL_TITLES = [("助理农艺师", "初级"), ("农艺师", "中级"), ("乡村医生", "初级"), ("无", "无")]
AGREED = ((15, 6), (20, 8), (24, 8), (30, 10))
INDICATORS = (
    ("示范面积", "亩", (0, 0), (20, 40), 10),
    ("培训", "人次", (0, 0), (5, 20), 20),
    ("户均增收", "元", (9, 20), (20, 35), 100),
)
"""Name, unit, bounds of the baseline, bounds of the growth, both in steps of the last number."""


@dataclass(frozen=True)
class Need:
    """A kind of order: industry, title, problem, wanted results ({} = numbers), expertise."""

    industry: str
    title: str
    problem: str
    results: str
    expertise: str


NEEDS = tuple(
    Need(*line.split())
    for line in """
    茶叶 高山茶园提质增效与品牌打造 工艺落后，没有自有品牌 鲜叶收购价提高{}%，培训茶农{}0人次 茶学、食品科学
    中药材 中药材仿野生栽培与良种繁育 种植退化，缺少良种 建成示范园{}0亩，带动就业{}人 中药学、菌物学
    水果 果树避雨栽培与采后保鲜 雨季裂果率高，采后损耗大 裂果率降到{}%，建示范点{}个 果树学、采后生理
    蔬菜 冷凉蔬菜绿色防控 连作障碍和根肿病严重 核心示范{}0亩，培训{}0人次 植物保护、园艺学
    蜂业 中华蜜蜂规模化饲养与蜜源管理 囊状幼虫病反复，蜜质不稳定 发展蜂群{}0群，制定饲养规程{}套 蜂学
    医疗 乡镇卫生院慢病管理与远程会诊 缺全科医师，慢病随访率低 随访率达到{}%，带教医师{}名 全科医学、内科学
    教育 村小信息化教学与教师培养 教师结构老化，信息化设备闲置 培养骨干教师{}名，开课{}0节 教育技术学
    生态 饮水安全与面源污染治理 季节性缺水，水质浊度超标 建成净化点{}处，培训管护员{}名 环境工程、水文地质
    """.strip().splitlines()
)


@dataclass(frozen=True)
class Place:
    """A village: its 12-digit code and the names of district, town and village."""

    code: str
    district: str
    town: str
    village: str


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m demo.make_round", description=__doc__)
    parser.add_argument("--province", required=True, help="name or code: 四川, 四川省, 51")
    parser.add_argument("--teams", type=int, default=45)
    parser.add_argument("--year", type=int, default=2020)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    wanted = parser.parse_args(arguments)
    make(wanted.out, wanted.province, wanted.teams, wanted.year, wanted.seed)
    print(f"{wanted.out}: {wanted.teams} orders and teams of {wanted.province}, {wanted.year}")


def make(out: Path, province: str, teams: int, year: int = 2020, seed: int = 1) -> Path:
    """Write the four files and a note into ``out`` and return it."""
    inventor = Inventor(seed)
    name, places = _places(inventor, province, teams)
    at = places[0].code[:2] + "0000"
    units = [(f"{MARK}{name}{kind}", inventor.credit_code("12", at)) for kind in UNIT_KINDS]
    rows = workbooks.Rows()
    for serial, place in enumerate(places, start=1):
        _order_and_team(inventor, rows, serial, place, units, year, quality=_quality(inventor, serial))
    out.mkdir(parents=True, exist_ok=True)
    title = f"{year}年{name}专家服务团需求征集汇总表"
    workbooks.write(out, rows, title, f"填报单位：{name}人力资源和社会保障厅", year)
    (out / "README.md").write_text(
        f"# {year} · {name}\n\n由 `python -m demo.make_round` 生成；"
        f"人员、单位、号码和数字均为虚构，姓名和单位以“{MARK}”开头。\n"
        f"Generated. People, units and figures are invented; names begin with {MARK} (example).\n",
        encoding="utf-8",
    )
    return out


def _divisions(file: str) -> list[tuple[str, str, int]]:
    with gzip.open(DATA / file, "rt", encoding="utf-8") as lines:
        return [(row["code"], row["name"], int(row["level"])) for row in csv.DictReader(lines)]


def _places(inventor: Inventor, province: str, count: int) -> tuple[str, list[Place]]:
    """``count`` villages of the province, sorted by code, so that those of one district stand together."""
    rows = _divisions("divisions_cn_to_town.csv.gz")
    provinces = [(code, name) for code, name, level in rows if level == 1]
    found = [one for one in provinces if one[0].startswith(province) or one[1].startswith(province)]
    if len(found) != 1:
        raise SystemExit(f"no such province: {province}")
    code, name = found[0]
    districts = {row[0][:6]: row[1] for row in rows if row[2] == 3 and row[0].startswith(code[:2])}
    towns = [row for row in rows if row[2] == 4 and row[0][:6] in districts and row[1].endswith(("镇", "乡"))]
    # about two or three orders to a district, as many districts as that takes
    rural = sorted({town[0][:6] for town in towns})
    some = inventor.random.sample(rural, k=min(len(rural), max(1, count * 2 // 5)))
    eligible = [town for town in towns if town[0][:6] in some]
    villages = _villages() if code.startswith("50") else {}
    picked: dict[str, Place] = {}
    while len(picked) < count:
        town = inventor.pick(eligible)
        invented = (f"{town[0][:9]}{inventor.between(201, 260)}", inventor.pick(VILLAGES))
        village = inventor.pick(villages.get(town[0][:9], [invented]))
        picked[village[0]] = Place(village[0], districts[town[0][:6]], town[1], village[1])
    return name, [picked[key] for key in sorted(picked)]


def _villages() -> dict[str, list[tuple[str, str]]]:
    by_town: dict[str, list[tuple[str, str]]] = {}
    for code, name, _ in _divisions("divisions_50_villages.csv.gz"):
        short = name.removesuffix("居民委员会").removesuffix("村民委员会").removesuffix("委会")
        by_town.setdefault(code[:9], []).append((code, short))
    return by_town


def _quality(inventor: Inventor, serial: int) -> float:
    """How well a team does, 0 to 1: most do well, every twelfth or so fails."""
    if serial % 12 == 3:
        return inventor.random.uniform(0.05, 0.35)
    return inventor.random.uniform(0.72, 0.9) if serial % 3 == 0 else inventor.random.uniform(0.97, 1.1)


def _order_and_team(
    inventor: Inventor,
    rows: workbooks.Rows,
    serial: int,
    place: Place,
    units: list[tuple[str, str]],
    year: int,
    *,
    quality: float,
) -> None:
    need = inventor.pick(NEEDS)
    starts = date(year, inventor.between(4, 6), 1)
    years = inventor.pick((1, 1, 1, 2, 3))
    ends = shift_day(starts, years) - timedelta(days=1)
    asked = inventor.pick((5, 8, 10, 12, 15, 18, 20))
    results = need.results.format(inventor.between(12, 40), inventor.between(2, 9))
    host = _host(inventor, place)
    liaison, phone = inventor.person(), inventor.phone()
    rows.orders.append(
        workbooks.OrderRow(
            serial=serial,
            code=place.code,
            district=place.district,
            town=place.town,
            village=place.village,
            host=host[0],
            host_code=host[1],
            liaison=liaison,
            phone=phone,
            industry=need.industry,
            title=f"{place.village}{need.title}",
            problem=need.problem,
            results=results,
            expertise=tuple(need.expertise.split("、")),
            starts=starts,
            years=years,
            ends=ends,
            asked_wan=asked,
        )
    )
    people = _team(inventor, rows, serial, place, need, units)
    team = rows.rosters[-1][1]
    days, visits = inventor.pick(AGREED)
    own = inventor.pick((0, 0, 2, 5))
    rows.claims.append(
        (
            serial,
            team,
            place.town + place.village,
            need.title,
            starts.isoformat(),
            ends.isoformat(),
            results,
            liaison,
            phone,
            days,
            visits,
            asked,
            own,
        )
    )
    unit = people[0]
    bank = f"{inventor.pick(BANKS)}{place.district}支行"
    rows.payees.append((serial, unit[1], unit[2], bank, inventor.bank_code(), inventor.account()))
    _service(inventor, rows, serial, [person[0] for person in people], need, (days, visits), year, quality)


def _host(inventor: Inventor, place: Place) -> tuple[str, str]:
    kind, name = inventor.pick(
        (
            ("N2", f"{place.village}股份经济合作联合社"),
            ("93", f"{MARK}{place.village}农业专业合作社"),
            ("11", f"{place.town}人民政府"),
            ("12", f"{place.town}农业服务中心"),
        )
    )
    return name, inventor.credit_code(kind, place.code)


def _team(
    inventor: Inventor,
    rows: workbooks.Rows,
    serial: int,
    place: Place,
    need: Need,
    units: list[tuple[str, str]],
) -> list[tuple[str, str, str]]:
    """Invent the people of a team; returns (citizen id, unit, unit code) of each, the lead first."""
    local_unit = (f"{place.district}{MARK}农业农村局", inventor.credit_code("11", place.code))
    parts = [
        ("领衔专家", "领衔专家", TITLES, units),
        *[("成员", "团队成员", MEMBER_TITLES, units)] * inventor.between(3, 6),
        *[("当地人才", "当地人才", LOCAL_TITLES, [local_unit])] * inventor.between(1, 2),
    ]
    people: list[tuple[str, str, str]] = []
    name = ""
    for role, category, titles, homes in parts:
        person, citizen_id = inventor.person(), inventor.citizen_id(place.code[:6])
        name = name or f"{person}专家服务团"
        unit, unit_code = inventor.pick(homes)
        title, level = inventor.pick(titles)
        honour = inventor.pick(HONOURS) if role == "领衔专家" else None
        rows.rosters.append((serial, name, role, person, citizen_id))
        rows.experts.append(
            (
                len(rows.experts) + 1,
                person,
                inventor.pick("男女"),
                citizen_id,
                unit,
                unit_code,
                title,
                level,
                honour,
                need.expertise,
                inventor.phone(),
                category,
                place.code[:6],
                "良好",
                "愿意",
                "同意",
            )
        )
        people.append((citizen_id, unit, unit_code))
    return people


def _service(
    inventor: Inventor,
    rows: workbooks.Rows,
    serial: int,
    people: list[str],
    need: Need,
    agreed: tuple[int, int],
    year: int,
    quality: float,
) -> None:
    """Visits from July to mid-December, indicators and ratings of a team of this quality."""
    visits = max(1, round(agreed[1] * min(1.0, quality)))
    days = [round(2 * agreed[0] * quality / visits) / 2 or 0.5] * visits
    for on, length in zip(sorted(inventor.between(0, 165) for _ in range(visits)), days, strict=True):
        confirmed = "未确认" if inventor.between(1, 30) == 1 else "已确认"
        rows.entries.append(
            (
                serial,
                (date(year, 7, 1) + timedelta(days=on)).isoformat(),
                inventor.pick(people),
                inventor.pick(FORMS),
                length,
                inventor.between(8, 80),
                need.problem,
                confirmed,
            )
        )
    for name, unit, base, gain, step in INDICATORS:
        baseline = inventor.between(*base) * step
        growth = inventor.between(*gain) * step
        reached = baseline + round(growth * quality * inventor.random.uniform(0.9, 1.1))
        rows.indicators.append((serial, name, unit, baseline, baseline + growth, max(0, reached)))
    rating = min(98, round(78 + 18 * min(1.0, quality)) if quality > 0.5 else round(70 * quality + 40))
    rows.ratings.append((serial, rating, max(0, rating - inventor.between(0, 4))))


if __name__ == "__main__":
    main()
