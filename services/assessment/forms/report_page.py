"""The year's report as a page: figures, charts, tables, cases with pictures. One file, no script, nothing from outside
but its own pictures; for a screen, a phone and paper."""

from services.assessment.forms import charts, words
from services.assessment.forms.pages import rendered
from services.assessment.forms.report import standing
from services.assessment.rules.frozen import Document

GRADES = ("#4a9a5c", "#1f5fa8", "#b8443f")
"""The colours of excellent, qualified, unqualified: the same in every report."""
TILES = ("teams", "experts", "places", "visits", "day_tenths", "beneficiaries", "local_talents", "awarded_fen")
"""The figures at the top, in large."""


def report_page(content: Document, content_hash: str, pictures: str) -> bytes:
    """``pictures``: the address before a picture's SHA-256; ``content_hash`` is empty before it is issued. CPU work:
    call it in a thread."""
    shown = {"content": content, "content_hash": content_hash, "pictures": pictures, "tiles": TILES, "words": words}
    own = {"charts": _charts(content), "standing": standing, "largest": _largest}
    return rendered("report.html", **shown, **own)


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
