"""Charts as SVG that stands in a page: no script, no address outside, the same for the same figures."""

import re
from collections.abc import Sequence

from services.assessment.forms import words

PALETTE = ("#1f5fa8", "#d1762b", "#4a9a5c", "#8a5aa8", "#b8443f", "#5b6b7a")
FONT = "-apple-system, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
WIDTH, LETTERS = 460, 9
"""Units of a chart's width, about as wide as two of them stand beside each other; letters of its longest label."""
_SCRIPT = re.compile(r"<script.*?</script>", re.S)
_DESCRIBED = re.compile(r"<desc[^>]*>.*?</desc>", re.S)


def bars(name: str, rows: Sequence[tuple[str, float]]) -> str:
    """Horizontal bars, one a row. ``name`` tells this chart's styles from those of others on the page."""
    import pygal

    longest = max((len(label) for label, _ in rows), default=0)
    chart = pygal.HorizontalBar(
        **_look(30 + 24 * len(rows)),
        show_legend=False,
        print_values=True,
        margin_left=6 * min(longest, LETTERS),
        margin_right=46,
        show_x_labels=False,
        value_formatter=_beyond,
    )
    chart.x_labels = [label for label, _ in rows][::-1]
    chart.add("", [amount for _, amount in rows][::-1])
    return _drawn(chart, name)


def _beyond(value: float) -> str:
    """The value behind the end of its bar: the library centres it there, so as many blanks as digits stand before."""
    text = words.plain(value) if value else ""
    return "\u2007" * (len(text) + 1) + text


def pie(name: str, parts: Sequence[tuple[str, float]], colours: Sequence[str]) -> str:
    """Shares of a whole, each with its number and its own colour, also one of nothing."""
    import pygal

    chart = pygal.Pie(**_look(240, colours), inner_radius=0.6, show_legend=True, legend_at_bottom_columns=3)
    for title, value in parts:
        chart.add(f"{title} {value}", value)
    return _drawn(chart, name)


def _look(height: int, colours: Sequence[str] = PALETTE) -> dict[str, object]:
    from pygal.style import Style

    style = Style(
        background="transparent",
        plot_background="transparent",
        colors=tuple(colours),
        font_family=FONT,
        label_font_size=13,
        major_label_font_size=13,
        legend_font_size=13,
        value_font_size=12,
        value_label_font_size=12,
        opacity="1",
        value_colors=("#1b2733",) * len(PALETTE),
        foreground="#3c4a57",
        foreground_strong="#1b2733",
        foreground_subtle="#d5dbe1",
        guide_stroke_color="#e3e7eb",
        transition="0s",
    )
    return {
        "style": style,
        "width": WIDTH,
        "height": height,
        "js": (),
        "explicit_size": False,
        "margin": 6,
        "disable_xml_declaration": True,
        "show_x_guides": False,
        "show_y_guides": False,
        "truncate_label": LETTERS,
        "truncate_legend": 30,
        "print_values_position": "top",
        "no_data_text": "—",
        "legend_at_bottom": True,
    }


def _drawn(chart: object, name: str) -> str:
    chart.uuid = name  # type: ignore[attr-defined]
    svg: str = chart.render(is_unicode=True)  # type: ignore[attr-defined]
    return _DESCRIBED.sub("", _SCRIPT.sub("", svg)).replace("\n", " ")
