"""The public notice as an official paper (公示), from its frozen and masked list."""

from datetime import date, datetime

from services.assessment.models import KnownRound, Notice
from services.assessment.rules.grading import GRADES
from shared.divisions import name_of
from shared.documents import Block, Document, Issued, Table, Text, written
from shared.errors import NotFound

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
            *((Text(shown["scale"]["zh"]),) if "scale" in shown else ()),
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
            row += [str(entry.get("total", "")), _grade(entry)]
        else:
            fen = entry.get("amount_fen")
            row.append(f"{fen / 100:,.2f}" if isinstance(fen, int) else "")
        rows.append(tuple(row))
    widths = (11, 26, 30, 18, 27, 19, 13, 12) if graded else (11, 26, 34, 18, 29, 18, 20)
    return Table(("序号", "订单编号", "团队", "领衔专家", "派出单位", "服务地点", *last), widths, tuple(rows))


def _grade(entry: dict[str, object]) -> str:
    """The grade given and, beside it, the computed one where they differ."""
    given, computed = (GRADES.get(str(entry.get(name, "")), "") for name in ("grade", "computed"))
    return f"{given}（原等次{computed}：{entry.get('reason', '')}）" if computed else given
