"""Every page that people read comes from a template beside this file: escaped, nothing left out by mistake, no script."""

from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from services.assessment.rules.grading import GRADES
from services.assessment.rules.notice import called
from shared.amounts import figures
from shared.clock import SHANGHAI


def rendered(name: str, **shown: Any) -> bytes:
    """The page in UTF-8. Of a page of the site, ``noun`` is the section that it stands in and ``title`` its title."""
    page: str = _templates().get_template(name).render(shown)
    return page.encode()


@lru_cache(maxsize=1)
def _templates() -> Any:
    import jinja2

    found = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    found.filters.update(path=_path, moment=_moment, figures=figures)
    found.globals.update(grades=GRADES, called=called)
    return found


def _path(address: str) -> str:
    """An address of this site without its host: a page is read wherever it is reached."""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _moment(at: datetime | str) -> str:
    found = datetime.fromisoformat(at) if isinstance(at, str) else at
    return found.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
