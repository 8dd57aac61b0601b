"""A bank of the tests: it reads the file that it gets and answers in its own format."""

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import openpyxl

from tests.funding.factories import Desk

ANSWER_HEAD = ("指令编号", "收款人账号", "金额（元）", "处理结果", "凭证号", "失败原因")
STATEMENT_HEAD = (
    "交易日期",
    "借方金额（元）",
    "贷方金额（元）",
    "对方户名",
    "对方账号",
    "附言",
    "摘要",
    "流水号",
    "余额（元）",
)
PAYEE = "7075127192940563568"


def rows_of(content: bytes, encoding: str = "gbk") -> list[dict[str, str]]:
    """The instructions of a generic CSV file."""
    lines = csv.DictReader(io.StringIO(content.decode(encoding), newline=""))
    return [line for line in lines if line["指令编号"] and line["序号"] != "合计"]


def answer(rows: Sequence[dict[str, str]], *words: str, encoding: str = "gbk", **changed: str) -> bytes:
    """A word for each row, in the columns of the generic CSV; ``changed`` replaces a column of every row."""
    text = io.StringIO(newline="")
    out = csv.writer(text)
    out.writerow(ANSWER_HEAD)
    for number, (row, word) in enumerate(zip(rows, words, strict=True), 1):
        reason = "户名不符" if word == "失败" else ""
        said = {**row, "处理结果": word, "凭证号": f"PZ-{number}", "失败原因": reason, **changed}
        out.writerow([said[name] for name in ANSWER_HEAD])
    return text.getvalue().encode(encoding)


def workbook(lines: Sequence[Sequence[Any]]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    sheet: Any = book.active
    for line in lines:
        sheet.append(list(line))
    book.save(out)
    return out.getvalue()


def line(
    day: date, out: str = "", in_: str = "", reference: str = "", account: str = PAYEE, serial: str = ""
) -> tuple[str, ...]:
    """One movement in the columns of the generic statement; amounts in yuan."""
    return (day.strftime("%Y%m%d"), out, in_, "三峡学院", account, reference, "资助", serial, "")


def statement(*lines: tuple[str, ...], encoding: str = "gbk") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([STATEMENT_HEAD, *lines])
    return text.getvalue().encode(encoding)


class Bank:
    """A batch with the bank that got it."""

    def __init__(self, desk: Desk, round_id: Any, batch: Any, rows: list[dict[str, str]]) -> None:
        self.desk, self.round_id, self.batch, self.rows = desk, round_id, batch, rows

    async def send(self, content: bytes, name: str = "回单.csv", status: int = 201, **form: str) -> Any:
        client = self.desk.api(self.desk.checker)
        sent = await client.post("/v1/answer-files", files={"file": (name, content)}, data=form)
        assert sent.status_code == status, sent.text
        return sent.json()

    async def refused(self, content: bytes, name: str = "回单.csv") -> list[str]:
        return [error["code"] for error in (await self.send(content, name, 422))["errors"]]

    async def items(self, **query: Any) -> list[Any]:
        return list((await self.desk.get("/v1/outstanding-items", self.desk.checker, **query))["items"])

    async def results(self) -> list[str | None]:
        detail = await self.desk.get(f"/v1/batches/{self.batch['id']}", self.desk.maker)
        by = {line["reference"]: line["result"] for line in detail["instructions"]}
        return [by[row["指令编号"]] for row in self.rows]
