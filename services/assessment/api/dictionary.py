"""The open data of ratings: what every column means, in both languages, said once for CSV, workbook and dictionary."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

import orjson

from services.assessment.rules.grading import GRADES
from services.assessment.schemas import PublicRating
from shared.http.exports import as_csv
from shared.sheets import Sheet, workbook

LICENCE = "可自由使用，请注明来源 / free to use, name the source"


@dataclass(frozen=True, slots=True)
class Column:
    """``type`` as in JSON Schema, ``format`` likewise; ``unit`` is empty where nothing is counted; ``values`` are all
    that there are, each in Chinese and English."""

    name: str
    zh: str
    en: str
    type: str
    format: str = ""
    unit: str = ""
    note: str = ""
    values: dict[str, tuple[str, str]] = field(default_factory=dict)


COLUMNS = (
    Column("order_number", "订单编号", "order number", "string"),
    Column("round", "批次", "round", "string", note="批次编号前缀 / prefix of the round's order numbers"),
    Column("year", "考核年度", "year assessed", "integer", unit="年 / year"),
    Column("team", "团队名称", "team", "string"),
    Column("lead", "领衔专家", "leading expert", "string"),
    Column("unit", "派出单位", "dispatching unit", "string"),
    Column("place", "服务地点", "place of service", "string"),
    Column(
        "total",
        "总分",
        "total",
        "number",
        "decimal(5,2)",
        "分 / points",
        "各项得分之和，四舍五入到两位小数 / sum of all points, two decimals, half up",
    ),
    Column(
        "grade",
        "等次",
        "grade",
        "string",
        values={grade: (zh, grade) for grade, zh in GRADES.items()},
    ),
    Column("edition", "发布版次", "edition", "integer", note="该行最近变动的版次 / in which the line last changed"),
    Column("edition_url", "发布地址", "address of the edition", "string", "uri", note="永久有效 / for good"),
    Column("published_at", "发布时间", "published at", "string", "date-time", "北京时间 / UTC+8"),
    Column(
        "computed",
        "原等次",
        "computed grade",
        "string",
        note="仅在等次经调整时填写 / only where another grade was given",
        values={grade: (zh, grade) for grade, zh in GRADES.items()},
    ),
    Column("reason", "调整理由", "reason of the other grade", "string"),
    Column("assessment_id", "考核标识", "id of the assessment", "string", "uuid"),
)
_ABOUT = ("name", "zh", "en", "type", "format", "unit", "values", "note")
_HEAD = ("列名", "中文名", "English", "类型 type", "格式 format", "单位 unit", "取值 values", "说明 note")


def csv_file(ratings: Sequence[PublicRating]) -> bytes:
    """UTF-8 with a byte-order mark, so that spreadsheets read it; no cell is taken for a formula."""
    return as_csv([column.name for column in COLUMNS], _lines(ratings))


def xlsx_file(ratings: Sequence[PublicRating]) -> bytes:
    """A sheet with the ratings under their names in both languages, numbers as numbers, and one with the dictionary. CPU
    work."""
    numbers = {place for place, column in enumerate(COLUMNS) if column.type == "number"}
    shown = (
        [Decimal(cell) if place in numbers else GRADES.get(cell, cell) for place, cell in enumerate(line)]
        for line in _lines(ratings)
    )
    data = Sheet("考核结果 ratings", [f"{column.zh} {column.en}" for column in COLUMNS], shown)
    return workbook([data, Sheet("数据字典 dictionary", _HEAD, _about())])


def dictionary_csv() -> bytes:
    return as_csv(_ABOUT, _about())


def dictionary_json(home: str) -> bytes:
    """``columns`` in the order of the file."""
    columns: list[dict[str, Any]] = []
    for column in COLUMNS:
        values = {value: {"zh": zh, "en": en} for value, (zh, en) in column.values.items()}
        columns.append({**asdict(column), "values": values})
    about = {
        "title": {"zh": "年度考核结果", "en": "yearly ratings"},
        "licence": LICENCE,
        "files": [f"{home}/public/ratings/ratings.{ending}" for ending in ("csv", "xlsx")],
        "columns": columns,
    }
    return orjson.dumps(about)


def _lines(ratings: Sequence[PublicRating]) -> list[list[Any]]:
    found = []
    for rating in ratings:
        line = rating.model_dump(mode="json")
        found.append([line[column.name] for column in COLUMNS])
    return found


def _about() -> list[list[str]]:
    found = []
    for column in COLUMNS:
        values = "；".join(f"{value} {zh} {en}" for value, (zh, en) in column.values.items())
        shown = {**asdict(column), "values": values}
        found.append([str(shown[name]) for name in _ABOUT])
    return found
