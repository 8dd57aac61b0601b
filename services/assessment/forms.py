"""Official papers: the public notice (公示), from its frozen and masked list, and certificates (证明), from what was
signed."""

from datetime import date, datetime
from typing import Any

from services.assessment.models import Certificate, KnownRound, Notice
from services.assessment.rules import benefit
from services.assessment.rules.certificate import KINDS, SERVICE
from services.assessment.rules.grading import GRADES
from shared.divisions import name_of
from shared.documents import Block, Document, Fields, Issued, Table, Text, written
from shared.errors import NotFound
from shared.printed import Stamp

FORMS = ("notice",)


def notice_form(notice: Notice, round: KnownRound) -> Document:
    """What hangs on the wall: the list as it was posted. Raises :class:`NotFound` before that."""
    shown = notice.snapshot
    if shown is None:
        raise NotFound("notice")
    posted, last = datetime.fromisoformat(shown["posted_at"]).date(), date.fromisoformat(shown["last_day"])
    bureau = f"{name_of(round.division) or ''}人力资源和社会保障局"
    graded = shown["kind"] == "grades"
    basis = f"{shown['year']}年度考核结果" if graded else "评审结果"
    return Document(
        title=f"{round.name}\n{shown['title']}",
        number=round.prefix,
        blocks=(
            Text(
                f"现将{round.name}{basis}予以公示，共{len(shown['entries'])}个团队。公示期自{written(posted)}起，"
                f"至{written(last)}止。"
            ),
            _list(shown["entries"], graded),
            Text(
                f"公示期内，单位和个人如有异议，可向{bureau}书面反映。以个人名义反映的，请提供真实姓名和联系电话；"
                "以单位名义反映的，请加盖单位公章。反映人信息依法保密。"
            ),
            Text(f"公示内容校验值（SHA-256）：{notice.snapshot_hash}"),
            Issued(bureau, written(posted)),
        ),
    )


def _list(entries: list[dict[str, object]], graded: bool) -> Block:
    last = ("得分", "等次") if graded else ("资助金额（元）",)
    rows = []
    for number, entry in enumerate(entries, 1):
        row = [str(number), *(str(entry.get(name, "")) for name in ("order_number", "team", "lead", "unit", "place"))]
        if graded:
            row += [str(entry.get("total", "")), GRADES.get(str(entry.get("grade", "")), "")]
        else:
            fen = entry.get("amount_fen")
            row.append(f"{fen / 100:,.2f}" if isinstance(fen, int) else "")
        rows.append(tuple(row))
    widths = (11, 26, 30, 18, 27, 19, 13, 12) if graded else (11, 26, 34, 18, 29, 18, 20)
    return Table(("序号", "订单编号", "团队", "领衔专家", "派出单位", "服务地点", *last), widths, tuple(rows))


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
