"""Official papers as PDF and as a page to print: the same ``Document`` as ``shared.documents`` makes a DOCX of, in the
same layout, with a stamp by which anybody can check it (number, code, QR, the name of the key that signed it).

The PDF names a typeface that every reader has for Chinese (Adobe's STSong-Light) and embeds none. What is to be filled
in by hand (``Opinions``, ``Seals``) and what reports draw (``Bars``, ``Picture``) stays DOCX. The libraries are
imported when first needed.
"""

import io
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment

from shared.documents import (
    CODE_DIGITS,
    LINE,
    MARGINS,
    SIZE_2,
    SIZE_3,
    SMALL_4,
    Document,
    Fields,
    Heading,
    Issued,
    Table,
    Text,
)

FONT = "STSong-Light"
QR_MM = 28
"""Side of the printed QR in millimetres: a phone reads it from an arm's length."""


PADDING = 6
"""Points that the PDF library adds inside its margins."""


@dataclass(frozen=True)
class Stamp:
    """By what a paper is checked: ``url`` is in the QR, ``lines`` stand beside it."""

    url: str
    lines: tuple[str, ...]


_PAGE = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{{ d.title|replace("\n", " ") }}</title>
<meta name="viewport" content="width=device-width,initial-scale=1"><style>
@page{size:A4;margin:{{ m.top_margin }}mm {{ m.right_margin }}mm {{ m.bottom_margin }}mm {{ m.left_margin }}mm}
body{font:16pt/28pt FangSong,STFangsong,"FangSong_GB2312","Noto Serif CJK SC",serif;color:#000;max-width:156mm;
margin:0 auto}@media screen{body{padding:37mm 26mm 35mm 28mm}}
h1{font:bold 22pt/34pt "FZXiaoBiaoSong-B05S",STZhongsong,"Noto Serif CJK SC",serif;text-align:center;
margin:28pt 0;white-space:pre-line}h2{font:16pt/28pt SimHei,"Noto Sans CJK SC",sans-serif;margin:0;text-indent:2em}
p{margin:0;text-indent:2em;text-align:justify}.c{font-size:9pt;line-height:12pt;text-align:right}.n{text-align:right}
table{border-collapse:collapse;width:100%;margin:6pt 0;font-size:12pt;line-height:20pt}td,th{border:1px solid #000;
padding:2pt 5pt;text-align:left;vertical-align:middle}th{font-weight:normal;font-family:SimHei,"Noto Sans CJK SC",
sans-serif;text-align:center;white-space:pre-line}.i{text-align:right;margin:28pt 4em 0 0}.k{display:flex;gap:6mm;align-items:center;
margin-top:14mm;font-size:10.5pt;line-height:16pt;break-inside:avoid}.k svg{width:{{ qr }}mm;height:{{ qr }}mm;
flex:none}.k p{text-indent:0;text-align:left;overflow-wrap:anywhere}</style></head><body>
<p class="c">校验码 {{ code }}</p><p class="n">编号：{{ d.number }}</p><h1>{{ d.title }}</h1>
{% for b in blocks %}{% if b.kind == "Text" %}{% for line in b.of.text.splitlines() %}<p{% if not b.of.indented
 %} style="text-indent:0"{% endif %}>{{ line }}</p>{% endfor %}{% elif b.kind == "Heading" %}<h2>{{ b.of.text }}</h2>
{% elif b.kind == "Fields" %}<table><col style="width:30mm"><col style="width:48mm"><col style="width:30mm">
<col style="width:48mm">{% for row in b.of.rows %}<tr>{% for value in row %}{% if loop.index0 % 2 == 0 %}<th>{{ value }}</th>
{%- else %}<td{% if row|length == 2 %} colspan="3"{% endif %}>{{ value }}</td>{% endif %}{% endfor %}</tr>{% endfor %}</table>
{% elif b.kind == "Table" %}<table><thead><tr>{% for value in b.of.header %}<th style="width:{{ b.of.widths[loop.index0]
 }}mm">{{ value }}</th>{% endfor %}</tr></thead>{% for row in b.of.rows %}<tr>{% for value in row %}<td>{{ value }}</td>
{%- endfor %}</tr>{% endfor %}</table>{% elif b.kind == "Issued" %}<p class="i">{{ b.of.by }}（盖章处）<br>{{ b.of.on }}</p>
{% endif %}{% endfor %}{% if stamp %}<div class="k">{{ svg|safe }}<div>{% for line in stamp.lines %}<p>{{ line }}</p>
{%- endfor %}</div></div>{% endif %}</body></html>"""

_page = Environment(autoescape=True).from_string(_PAGE)


def as_html(document: Document, fingerprint: str, stamp: Stamp | None = None) -> str:
    """A page that prints as the paper."""
    blocks = [{"kind": type(block).__name__, "of": block} for block in document.blocks]
    return _page.render(
        d=document,
        blocks=blocks,
        m=MARGINS,
        code=fingerprint[:CODE_DIGITS],
        qr=QR_MM,
        stamp=stamp,
        svg=_svg(stamp.url) if stamp else "",
    )


def qr_file(url: str) -> bytes:
    """A QR code by itself, to be printed on any paper: SVG in UTF-8, with the quiet zone around it."""
    import segno

    written = io.BytesIO()
    segno.make(url, error="m").save(written, kind="svg", scale=8)
    return written.getvalue()


def _svg(url: str) -> str:
    import segno

    return str(segno.make(url, error="m").svg_inline(border=0, omitsize=True))


def as_pdf(document: Document, fingerprint: str, stamp: Stamp | None = None) -> bytes:
    """The paper as a PDF file. CPU work: call it in a thread."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import SimpleDocTemplate

    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    out = io.BytesIO()
    made = SimpleDocTemplate(
        out,
        pagesize=A4,
        title=document.title.replace("\n", " "),
        author="",
        topMargin=MARGINS["top_margin"] * mm - PADDING,
        bottomMargin=MARGINS["bottom_margin"] * mm - PADDING,
        leftMargin=MARGINS["left_margin"] * mm - PADDING,
        rightMargin=MARGINS["right_margin"] * mm - PADDING,
    )

    def edge(canvas: Any, _made: Any) -> None:
        canvas.setFont(FONT, 9)
        canvas.drawRightString((210 - MARGINS["right_margin"]) * mm, 282 * mm, f"校验码 {fingerprint[:CODE_DIGITS]}")
        canvas.setFont(FONT, 14)
        canvas.drawCentredString(105 * mm, 25 * mm, f"— {canvas.getPageNumber()} —")

    made.build(_story(document, stamp), onFirstPage=edge, onLaterPages=edge)
    return out.getvalue()


def _story(document: Document, stamp: Stamp | None) -> list[Any]:
    from reportlab.platypus import Spacer

    apart = LINE / 2 if stamp else LINE  # one page, with the stamp
    story = [_line(f"编号：{document.number}", align="right"), Spacer(1, apart)]
    story += [_line(line, size=SIZE_2, leading=34, align="center") for line in document.title.splitlines()]
    story.append(Spacer(1, apart))
    for block in document.blocks:
        story += _drawn(block)
    if stamp:
        story += [Spacer(1, apart), _stamped(stamp)]
    return story


def _line(
    text: str, *, size: float = SIZE_3, leading: float = LINE, align: str = "left", indent: float = 0, right: float = 0
) -> Any:
    from xml.sax.saxutils import escape

    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    how = ParagraphStyle(
        "line",
        fontName=FONT,
        fontSize=size,
        leading=leading,
        wordWrap="CJK",
        firstLineIndent=indent,
        rightIndent=right,
        alignment={"left": 0, "center": 1, "right": 2}[align],
    )
    return Paragraph(escape(text).replace("\n", "<br/>"), how)


def _drawn(block: Any) -> list[Any]:
    from reportlab.platypus import Spacer

    if isinstance(block, Text):
        indent = 2 * SIZE_3 if block.indented else 0
        return [_line(line.strip(), indent=indent) for line in block.text.splitlines() or [""]]
    if isinstance(block, Heading):
        return [_line(block.text, indent=2 * SIZE_3)]
    if isinstance(block, Fields):
        return [_fields(block), Spacer(1, 6)]
    if isinstance(block, Table):
        rows = [[_cell(value, label=True) for value in block.header]]
        rows += [[_cell(value) for value in row] for row in block.rows]
        return [_grid(rows, block.widths, (), heads=1), Spacer(1, 6)]
    if isinstance(block, Issued):
        right = 4 * SIZE_3
        return [
            Spacer(1, LINE),
            _line(f"{block.by}（盖章处）", align="right", right=right),
            _line(block.on, align="right", right=right),
        ]
    raise TypeError(f"{type(block).__name__} has no PDF: it is filled in by hand or stands in reports only")


def _cell(text: str, *, label: bool = False) -> Any:
    return _line(text, size=SMALL_4, leading=20, align="center" if label else "left")


def _fields(block: Fields) -> Any:
    rows, spans = [], []
    for place, values in enumerate(block.rows):
        cells = [_cell(value, label=at % 2 == 0) for at, value in enumerate(values)]
        if len(values) == 2:
            spans.append(("SPAN", (1, place), (3, place)))
            cells += ["", ""]
        rows.append(cells)
    return _grid(rows, (30, 48, 30, 48), tuple(spans))


def _grid(rows: list[list[Any]], widths: tuple[int, ...], spans: tuple[Any, ...], heads: int = 0) -> Any:
    from reportlab.lib.colors import black
    from reportlab.lib.units import mm
    from reportlab.platypus import Table as Grid

    style = [("GRID", (0, 0), (-1, -1), 0.5, black), ("VALIGN", (0, 0), (-1, -1), "MIDDLE"), *spans]
    return Grid(rows, colWidths=[width * mm for width in widths], style=style, repeatRows=heads)


def _stamped(stamp: Stamp) -> Any:
    import segno
    from reportlab.graphics.shapes import Drawing, Rect
    from reportlab.lib.units import mm
    from reportlab.platypus import Table as Grid

    matrix = segno.make(stamp.url, error="m").matrix
    side = QR_MM * mm / len(matrix)
    drawing = Drawing(QR_MM * mm, QR_MM * mm)
    for down, row in enumerate(matrix):
        for across, dark in enumerate(row):
            if dark:
                y = QR_MM * mm - (down + 1) * side
                drawing.add(Rect(across * side, y, side, side, strokeColor=None, strokeWidth=0, fillColor="black"))
    lines = [_line(line, size=10.5, leading=16) for line in stamp.lines]
    style = [("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("LEFTPADDING", (0, 0), (0, 0), 0)]
    return Grid([[drawing, lines]], colWidths=[(QR_MM + 6) * mm, (156 - QR_MM - 6) * mm], style=style)
