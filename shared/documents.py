"""Official papers as DOCX, laid out after GB/T 9704-2012: a service's ``forms.py`` says what stands in one, this how.

A ``Document`` is plain data, so that its fingerprint does not depend on how it is drawn; the first digits of it stand
on every page, and a sealed scan is matched to the text that was printed. The library is imported when first needed.
"""

import hashlib
import io
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

MARGINS = {"top_margin": 37, "bottom_margin": 35, "left_margin": 28, "right_margin": 26}
"""Millimetres of an A4 page; what stays is the standard's 156 × 225."""
TITLE, BODY, HEAD, SUBHEAD, PLAIN = "方正小标宋简体", "仿宋", "黑体", "楷体", "宋体"
"""Chinese typefaces: title, text, headings of the first and second level, page numbers."""
LATIN = "Times New Roman"
SIZE_2, SIZE_3, SIZE_4, SMALL_4 = 22, 16, 14, 12
"""Points of the Chinese sizes 二号, 三号, 四号 and 小四."""
LINE = 28
"""Points from line to line: 22 lines a page."""
BAR_MM, PICTURE_MM = 90, (120, 90)
"""Millimetres of the longest bar of a chart, and of the largest picture."""
CODE_DIGITS = 16
"""Hexadecimal digits of the fingerprint that are printed."""

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Text:
    """Paragraphs of the body, one a line, each indented by two characters (a salutation is not)."""

    text: str
    indented: bool = True


@dataclass(frozen=True)
class Heading:
    """``一、…``, a line of its own."""

    text: str


@dataclass(frozen=True)
class Fields:
    """A form: rows of label and value, or of two labels with their values. Empty values stay blank to be written."""

    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Table:
    """A list with a heading that is repeated on every page. ``widths`` in millimetres, 156 together."""

    header: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Opinions:
    """Boxes to be written in, signed, sealed and dated: ``(label, whose seal)``; without a seal it is signed only."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Seals:
    """Parties that sign side by side: ``(party, name)``, each with a place for its seal, a signature and the date."""

    parties: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Issued:
    """Who issues the paper and when, at its lower right, with the place for the seal. ``on`` as written."""

    by: str
    on: str


@dataclass(frozen=True)
class Bars:
    """A chart: a bar a row, as long as its value is of the largest. Of each its label, its value (0 or more) and how
    that is written."""

    caption: str
    rows: tuple[tuple[str, float, str], ...]


@dataclass(frozen=True)
class Picture:
    """A JPEG or PNG with some words below."""

    content: bytes
    caption: str


Block = Text | Heading | Fields | Table | Opinions | Seals | Issued | Bars | Picture


@dataclass(frozen=True)
class Document:
    """One paper. ``number`` may be empty: it is given later, and the line stays."""

    title: str
    number: str
    blocks: tuple[Block, ...]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of what it says, in hex."""
        said = [self.title, self.number, *([type(block).__name__, asdict(block)] for block in self.blocks)]
        text = json.dumps(said, ensure_ascii=True, sort_keys=True, default=lambda picture: _sha256(picture))
        return _sha256(text.encode())


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def written(day: date) -> str:
    """``2020年5月1日``."""
    return f"{day.year}年{day.month}月{day.day}日"


def render(document: Document, fingerprint: str) -> bytes:
    """The paper as a DOCX file, with the first digits of ``fingerprint`` at its head. CPU work: call it in a thread."""
    import docx

    made = docx.Document()
    _set_page(made, fingerprint)
    _line(made.add_paragraph(), f"编号：{document.number}", align="right")
    _line(made.add_paragraph(), "")
    for line in document.title.splitlines() or [""]:
        _line(made.add_paragraph(), line, font=TITLE, size=SIZE_2, align="center", spacing=34)
    _line(made.add_paragraph(), "")
    for block in document.blocks:
        _DRAW[type(block)](made, block)
        if isinstance(block, Fields | Table | Opinions | Seals | Bars):
            _line(made.add_paragraph(), "", spacing=6)  # tables that touch become one, and none may end a paper
    made.core_properties.title, made.core_properties.author = _printable(document.title)[:255], ""
    made.core_properties.comments = ""
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _set_page(made: Any, fingerprint: str) -> None:
    from docx.shared import Mm, Pt

    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    for name, millimetres in MARGINS.items():
        setattr(section, name, Mm(millimetres))
    section.footer_distance = Mm(28)
    normal = made.styles["Normal"]
    _set_font(normal, BODY, SIZE_3)
    normal.paragraph_format.space_after = Pt(0)
    made.settings.odd_and_even_pages_header_footer = True
    code = f"校验码 {fingerprint[:CODE_DIGITS]}"
    for header, footer, side in (
        (section.header, section.footer, "right"),
        (section.even_page_header, section.even_page_footer, "left"),
    ):
        _line(header.paragraphs[0], code, font=PLAIN, size=9, align="right", spacing=12)
        _number_page(footer.paragraphs[0], side)


def _number_page(paragraph: Any, side: str) -> None:
    """``— 1 —``: outside, in size 四号, a character away from the edge."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    _line(paragraph, "", font=PLAIN, size=SIZE_4, align=side, spacing=LINE)
    for text, field in (("— ", ""), ("", "PAGE"), (" —", "")):
        run = paragraph.add_run(text)
        _set_font(run, PLAIN, SIZE_4, latin=PLAIN)
        if field:
            for kind in ("begin", "instr", "end"):
                element = OxmlElement("w:instrText" if kind == "instr" else "w:fldChar")
                if kind == "instr":
                    element.text = field
                else:
                    element.set(qn("w:fldCharType"), kind)
                run._r.append(element)
    _indent(paragraph, **{f"w:{side}Chars": "100"})


def _set_font(to: Any, chinese: str, size: float, *, latin: str = LATIN) -> None:
    """Word picks a Chinese character's typeface by ``w:eastAsia`` alone, and the library only sets the others."""
    from docx.oxml.ns import qn
    from docx.shared import Pt

    to.font.name, to.font.size = latin, Pt(size)
    fonts = to.element.get_or_add_rPr().get_or_add_rFonts()
    # The hint decides for “ ” — …, which both scripts have.
    for name, face in (("ascii", latin), ("hAnsi", latin), ("eastAsia", chinese), ("hint", "eastAsia")):
        fonts.set(qn(f"w:{name}"), face)


def _indent(paragraph: Any, **values: str) -> None:
    from docx.oxml.ns import qn

    element = paragraph._p.get_or_add_pPr().get_or_add_ind()
    for name, value in values.items():
        element.set(qn(name), value)


def _printable(text: str) -> str:
    return _UNPRINTABLE.sub("", text)


def _line(
    paragraph: Any, text: str, *, font: str = BODY, size: float = SIZE_3, align: str = "", spacing: float = LINE
) -> Any:
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
    from docx.shared import Pt

    how = paragraph.paragraph_format
    how.line_spacing_rule, how.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(spacing)
    how.space_before = how.space_after = Pt(0)
    if align:
        paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, align.upper())
    if text:
        _set_font(paragraph.add_run(_printable(text)), font, size)
    return paragraph


def _paragraphs(made: Any, text: str, *, indented: bool = True, font: str = BODY) -> None:
    for line in text.splitlines() or [""]:
        paragraph = _line(made.add_paragraph(), line.strip(), font=font, align="justify" if indented else "")
        if indented:
            _indent(paragraph, **{"w:firstLineChars": "200", "w:firstLine": str(SIZE_3 * 2 * 20)})


def _draw_text(made: Any, block: Text) -> None:
    _paragraphs(made, block.text, indented=block.indented)


def _draw_heading(made: Any, block: Heading) -> None:
    _paragraphs(made, block.text, font=HEAD)
    made.paragraphs[-1].paragraph_format.keep_with_next = True


def _grid(made: Any, widths: Iterable[float], *, bordered: bool = True) -> Any:
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.shared import Mm

    sizes = [Mm(width) for width in widths]
    table = made.add_table(rows=0, cols=len(sizes), style="Table Grid" if bordered else None)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, size in zip(table.columns, sizes, strict=True):
        column.width = size
    return table


def _row(table: Any, *, whole: bool = False, height: float = 0) -> Any:
    """Another row. ``whole``: it does not break across pages. ``height``: at least so many millimetres."""
    from docx.oxml import OxmlElement
    from docx.shared import Mm

    row = table.add_row()
    for cell, column in zip(row.cells, table.columns, strict=True):
        cell.width = column.width
    if height:
        row.height = Mm(height)
    if whole:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    return row


def _fill(cell: Any, text: str, *, label: bool = False, align: str = "") -> None:
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT

    font, align = (HEAD, "center") if label else (BODY, align)
    if label:
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    for place, line in enumerate(text.splitlines() or [""]):
        paragraph = cell.add_paragraph() if place else cell.paragraphs[0]
        _line(paragraph, line.strip(), font=font, size=SMALL_4, align=align, spacing=20)


def _draw_fields(made: Any, block: Fields) -> None:
    table = _grid(made, (30, 48, 30, 48))
    for values in block.rows:
        row = _row(table, height=9)
        cells = [*row.cells]
        if len(values) == 2:
            cells = [cells[0], cells[1].merge(cells[3])]
        for place, (cell, value) in enumerate(zip(cells, values, strict=True)):
            _fill(cell, value, label=place % 2 == 0)


def _draw_table(made: Any, block: Table) -> None:
    from docx.oxml import OxmlElement

    table = _grid(made, block.widths)
    head = _row(table, whole=True)
    head._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for cell, text in zip(head.cells, block.header, strict=True):
        _fill(cell, text, label=True)
    for values in block.rows:
        for cell, text in zip(_row(table, whole=True).cells, values, strict=True):
            _fill(cell, text)


def _draw_opinions(made: Any, block: Opinions) -> None:
    table = _grid(made, (30, 126))
    for label, seal in block.rows:
        cells = _row(table, whole=True, height=38).cells
        _fill(cells[0], label, label=True)
        _fill(cells[1], "\n\n\n")
        sealed = f"{seal}（盖章处）" if seal else "签字："
        for line in (sealed, "年　　月　　日"):
            _line(cells[1].add_paragraph(), line, size=SMALL_4, align="right", spacing=20)


def _draw_seals(made: Any, block: Seals) -> None:
    from docx.shared import Pt

    _line(made.add_paragraph(), "")
    table = _grid(made, [156 / len(block.parties)] * len(block.parties), bordered=False)
    for cell, (party, name) in zip(_row(table, whole=True, height=60).cells, block.parties, strict=True):
        lines = (f"{party}：", name, "（盖章处）", "", "签字：", "", "年　　月　　日")
        for place, line in enumerate(lines):
            paragraph = cell.add_paragraph() if place else cell.paragraphs[0]
            _line(paragraph, line, size=SMALL_4, spacing=20)
            paragraph.paragraph_format.space_after = Pt(2)


def _draw_issued(made: Any, block: Issued) -> None:
    for line in ("", f"{block.by}（盖章处）", block.on):
        paragraph = _line(made.add_paragraph(), line, align="right")
        _indent(paragraph, **{"w:rightChars": "400", "w:right": str(SIZE_3 * 4 * 20)})
        paragraph.paragraph_format.keep_with_next = line != block.on


def _draw_bars(made: Any, block: Bars) -> None:
    """A bar is one coloured point, drawn wide: it looks and prints the same in every office program."""
    from docx.shared import Mm
    from PIL import Image

    point = io.BytesIO()
    Image.new("RGB", (1, 1), "#1f5fa8").save(point, "PNG")
    _line(made.add_paragraph(), block.caption, font=HEAD, size=SMALL_4, spacing=24)
    made.paragraphs[-1].paragraph_format.keep_with_next = True
    table, largest = _grid(made, (36, 120), bordered=False), max((value for _, value, _ in block.rows), default=0)
    for label, value, text in block.rows:
        name, bar = _row(table, whole=True).cells
        _fill(name, label)
        line = _line(bar.paragraphs[0], "", spacing=20)
        if value:
            width = max(0.5, BAR_MM * value / largest)
            line.add_run().add_picture(point, Mm(width), Mm(4))
        _set_font(line.add_run(f" {text}"), BODY, SMALL_4)


def _draw_picture(made: Any, block: Picture) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm

    paragraph = made.add_paragraph()
    paragraph.alignment, paragraph.paragraph_format.keep_with_next = WD_ALIGN_PARAGRAPH.CENTER, True
    drawn = paragraph.add_run().add_picture(io.BytesIO(block.content), width=Mm(PICTURE_MM[0]))
    if drawn.height > Mm(PICTURE_MM[1]):
        drawn.width = round(drawn.width * Mm(PICTURE_MM[1]) / drawn.height)
        drawn.height = Mm(PICTURE_MM[1])
    drawn._inline.docPr.set("descr", _printable(block.caption))
    _line(made.add_paragraph(), block.caption, font=SUBHEAD, size=SMALL_4, align="center", spacing=24)


_DRAW: dict[type[Any], Callable[[Any, Any], None]] = {
    Text: _draw_text,
    Heading: _draw_heading,
    Fields: _draw_fields,
    Table: _draw_table,
    Opinions: _draw_opinions,
    Seals: _draw_seals,
    Issued: _draw_issued,
    Bars: _draw_bars,
    Picture: _draw_picture,
}
