"""Official papers: laid out by the standard, whatever is written into them."""

import io
import itertools
import zipfile
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from PIL import Image

from shared.documents import (
    BAR_MM,
    PICTURE_MM,
    Bars,
    Document,
    Fields,
    Heading,
    Issued,
    Opinions,
    Picture,
    Seals,
    Table,
    Text,
    render,
)
from tests.shared.papers import said

PAPER = Document(
    title="2020年专家服务团\n需求订单申报表",
    number="CQ-2020-0001",
    blocks=(
        Heading("一、基本情况"),
        Text("第一段\n第二段"),
        Text("张三同志：", indented=False),
        Fields((("需求名称", "茶园"), ("联系人", "张三", "电话", "138"))),
        Table(("序号", "姓名"), (30, 126), (("1", "张三"), ("2", "李四"))),
        Opinions((("单位意见", "三峡学院"), ("领衔专家", ""))),
        Seals((("甲方", "村"), ("乙方", "校"), ("丙方", "人"))),
        Issued("重庆市人力资源和社会保障局", "2020年5月1日"),
    ),
)


def opened(paper: Document = PAPER) -> Any:
    return docx.Document(io.BytesIO(render(paper, paper.fingerprint)))


def chinese(run: Any) -> str:
    return str(run._r.rPr.rFonts.get(qn("w:eastAsia")))


def test_everything_that_was_put_in_stands_in_it() -> None:
    text = said(render(PAPER, PAPER.fingerprint))
    for part in (
        "编号：CQ-2020-0001",
        "2020年专家服务团",
        "需求订单申报表",
        "一、基本情况",
        "第一段",
        "第二段",
        "张三同志：",
        "李四",
        "三峡学院（盖章处）",
        "签字：",
        "年　　月　　日",
        "甲方：",
        "（盖章处）",
        "重庆市人力资源和社会保障局（盖章处）",
        "2020年5月1日",
    ):
        assert part in text, part


def test_the_page_is_that_of_the_standard() -> None:
    section = opened().sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(margin.mm) for margin in margins] == [37, 35, 28, 26]
    for footer, side in ((section.footer, "w:rightChars"), (section.even_page_footer, "w:leftChars")):
        assert "PAGE" in footer._element.xml
        assert footer.paragraphs[0]._p.pPr.ind.get(qn(side)) == "100"
    assert PAPER.fingerprint[:16] in section.header.paragraphs[0].text


def test_typefaces_sizes_and_indents_are_those_of_the_standard() -> None:
    paragraphs = {paragraph.text: paragraph for paragraph in opened().paragraphs}
    title, head, body = (paragraphs[text] for text in ("需求订单申报表", "一、基本情况", "第二段"))
    assert (chinese(title.runs[0]), title.runs[0].font.size.pt, title.alignment) == ("方正小标宋简体", 22, 1)
    assert (chinese(head.runs[0]), head.runs[0].font.size.pt) == ("黑体", 16)
    assert (chinese(body.runs[0]), body.runs[0].font.size.pt) == ("仿宋", 16)
    assert body.paragraph_format.line_spacing.pt == 28
    assert body._p.pPr.ind.get(qn("w:firstLineChars")) == "200"
    assert paragraphs["张三同志："]._p.pPr.ind is None


def test_no_table_touches_another_or_ends_the_paper() -> None:
    body = [child.tag.rpartition("}")[2] for child in opened().element.body]
    assert body[-1] == "sectPr"
    assert ("tbl", "tbl") not in itertools.pairwise(body)
    assert ("tbl", "sectPr") not in itertools.pairwise(body)
    ending = opened(Document("名单", "", (Fields((("甲", "乙"),)),))).element.body
    assert [child.tag.rpartition("}")[2] for child in ending][-3:] == ["tbl", "p", "sectPr"]


def test_a_long_list_repeats_its_heading_and_breaks_no_row() -> None:
    rows = tuple((str(number), f"成员{number}") for number in range(300))
    made = opened(Document("名单", "", (Table(("序号", "姓名"), (30, 126), rows),)))
    [table] = made.tables
    assert len(table.rows) == 301
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
    assert table.rows[300].cells[1].text == "成员299"


@pytest.mark.parametrize(
    "text", ["", "\n", "𠮷野家😀", "a<b>&\"'", "㎡±℃", "x" * 20_000, "一\x0b二\x00三", "\ud800", "多\r\n行\n", "\t"]
)
def test_whatever_is_written_can_be_printed(text: str) -> None:
    blocks = (
        Text(text),
        Fields((("甲", text),)),
        Table(("乙",), (156,), ((text,),)),
        Opinions(((text, text),)),
        Issued(text, text),
    )
    content = render(Document(text, text, blocks), "0" * 64)
    plain = "".join(char for char in text if char.isprintable() and not "\ud800" <= char <= "\udfff")
    assert plain.strip() in said(content).replace("\n", "")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None


def drawn(size: tuple[int, int], kind: str = "JPEG", colour: str = "green") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return out.getvalue()


def test_a_bar_is_as_long_as_its_value_of_the_largest_and_nothing_has_none() -> None:
    rows = (("万州区", 200.0, "200"), ("涪陵区", 50.0, "50"), ("渝北区", 0, "0"), ("铜梁区", 0.01, "0.01"))
    made = opened(Document("年报", "", (Bars("受益群众（人次）", rows), Bars("无", ()))))
    assert [round(one.width.mm, 1) for one in made.inline_shapes] == [BAR_MM, BAR_MM / 4, 0.5]
    assert [cell.text.strip() for row in made.tables[0].rows for cell in row.cells][::2] == [row[0] for row in rows]


@pytest.mark.parametrize(("size", "kind"), [((1600, 900), "JPEG"), ((900, 1600), "PNG"), ((60, 4000), "JPEG")])
def test_a_picture_keeps_its_shape_within_the_page(size: tuple[int, int], kind: str) -> None:
    made = opened(Document("案例", "", (Picture(drawn(size, kind), "田间（图1）"),)))
    [shape] = made.inline_shapes
    assert shape.width.mm <= PICTURE_MM[0] + 0.1
    assert shape.height.mm <= PICTURE_MM[1] + 0.1
    assert shape.width / shape.height == pytest.approx(size[0] / size[1], rel=0.01)
    assert made.paragraphs[-1].text == "田间（图1）"
    assert made.paragraphs[-2].paragraph_format.line_spacing is None  # exact spacing would cut it off


def test_another_picture_is_another_paper() -> None:
    papers = [Document("a", "", (Picture(drawn((9, 9), colour=colour), ""),)) for colour in ("green", "red", "green")]
    assert len({paper.fingerprint for paper in papers}) == 2


def test_the_fingerprint_is_that_of_the_text_alone() -> None:
    same = Document(PAPER.title, PAPER.number, PAPER.blocks)
    other = Document(
        PAPER.title, PAPER.number, (*PAPER.blocks[:-1], Issued("重庆市人力资源和社会保障局", "2020年5月2日"))
    )
    heading = Document("a", "", (Heading("x"),))
    text = Document("a", "", (Text("x"),))
    assert same.fingerprint == PAPER.fingerprint
    assert len({PAPER.fingerprint, other.fingerprint, heading.fingerprint, text.fingerprint}) == 4
