"""The year's report as a page: figures, charts, tables, cases with pictures. One file, no script, nothing from outside
but its own pictures; for a screen, a phone and paper."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from services.assessment.forms import charts, words
from services.assessment.forms.report import standing
from services.assessment.rules.frozen import Document

GRADES = ("#4a9a5c", "#1f5fa8", "#b8443f")
"""The colours of excellent, qualified, unqualified: the same in every report."""
TILES = ("teams", "experts", "places", "visits", "day_tenths", "beneficiaries", "local_talents", "awarded_fen")
"""The figures at the top, in large."""


def report_page(content: Document, content_hash: str, pictures: str) -> str:
    """``pictures``: the address before a picture's SHA-256; ``content_hash`` is empty before it is issued. CPU work:
    call it in a thread."""
    shown = {"content": content, "content_hash": content_hash, "pictures": pictures, "tiles": TILES, "words": words}
    own = {"charts": _charts(content), "standing": standing, "largest": _largest}
    page: str = _template().render(shown | own)
    return page


@lru_cache(maxsize=1)
def _template() -> Any:
    import jinja2

    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    strict = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return strict.get_template("report.html")


def _charts(content: Document) -> list[tuple[str, str]]:
    """Each with its caption."""
    return [(one.caption, _drawn(one)) for one in words.charts(content)]


def _drawn(one: words.Chart) -> str:
    return charts.pie(one.name, one.rows, GRADES) if one.name == "grades" else charts.bars(one.name, one.rows)


def _largest(row: Document) -> int:
    """How far an indicator came from its baseline towards its target, in whole percent from 0 to 100."""
    baseline, target, actual = (float(row[name]) for name in ("baseline", "target", "actual"))
    if target == baseline:
        return 100
    return max(0, min(100, int((actual - baseline) / (target - baseline) * 100)))
