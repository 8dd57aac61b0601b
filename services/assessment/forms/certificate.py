"""Certificates as papers: what they state, and the stamp by which anybody checks them."""

from datetime import date
from typing import Any

from services.assessment.models import Certificate
from services.assessment.rules import benefit
from services.assessment.rules.certificate import KINDS, SERVICE
from services.assessment.rules.grading import GRADES
from shared.documents import Document, Fields, Issued, Table, Text, written
from shared.printed import Stamp

ROLES = {"lead": "领衔专家", "member": "成员", "local_talent": "当地人才", "assistant": "助手"}


def certificate_form(row: Certificate) -> Document:
    """What a certificate says, as it was signed."""
    said = row.content
    return Document(
        title=f"{said['round']}\n{KINDS[row.kind][1]}",
        number=row.number,
        blocks=(
            Text(_statement(row.kind, said)),
            Fields(_rows(row.kind, said)),
            *(() if row.kind == SERVICE else (_benefits(said["benefits"]),)),
            Text("特此证明。"),
            Issued(said["issuer"], written(date.fromisoformat(said["issued_on"]))),
        ),
    )


def _statement(kind: str, said: dict[str, Any]) -> str:
    unit, role = said["unit"]["name"], ROLES.get(said["role"], said["role"])
    if kind == SERVICE:
        until = written(date.fromisoformat(said["to"])) if said["to"] else "今"
        return (
            f"兹证明{unit}{said['name']}同志，自{written(date.fromisoformat(said['from']))}至{until}，以{role}身份参加"
            f"{said['round']}“{said['team']}”，赴{said['place']}开展专家服务。"
        )
    return f"兹证明{unit}{said['name']}同志，以{role}身份参加{said['round']}“{said['team']}”，按规定享受下列政策待遇。"


def _rows(kind: str, said: dict[str, Any]) -> tuple[tuple[str, ...], ...]:
    rows: list[tuple[str, ...]] = [
        ("姓名", said["name"], "服务身份", ROLES.get(said["role"], said["role"])),
        ("派出单位", said["unit"]["name"]),
        ("服务团队", said["team"]),
        ("订单编号", said["order_number"], "服务地点", said["place"]),
    ]
    if kind != SERVICE:
        return tuple(rows)
    grades = "、".join(f"{one['year']}年度{GRADES.get(one['grade'], one['grade'])}" for one in said["grades"])
    return (
        *rows,
        ("受援单位", said["host"]["name"] or said["host"]["code"]),
        ("经确认的\n服务天数", f"{said['days']}天", "经确认的\n服务次数", f"{said['visits']}次"),
        ("团队考核", grades or "尚未公布"),
    )


def _benefits(given: list[dict[str, Any]]) -> Table:
    rows = [
        (
            benefit.WORDS.get(one["kind"], (one["kind"], ""))[0],
            written(date.fromisoformat(one["granted_on"])),
            written(date.fromisoformat(one["valid_until"])) if one["valid_until"] else "长期",
        )
        for one in given
    ]
    return Table(("政策待遇", "授予日期", "有效期至"), (72, 42, 42), tuple(rows))


def certificate_stamp(row: Certificate, address: str) -> Stamp:
    """By what it is checked. ``address``: of its open page, without the code."""
    return Stamp(
        f"{address}?code={row.code}",
        (
            f"证书编号：{row.number}　查验码：{row.code}",
            f"查验地址：{address}",
            "扫描二维码或输入编号和查验码，可核对本证书的真伪和当前状态。",
            f"签名密钥：{row.key}（Ed25519）",
        ),
    )
