"""The page for finance people names routes that are there."""

import re
from pathlib import Path

from services.funding.main import service
from shared.http.app import create_app
from shared.testing import settings_for_tests


def test_every_route_of_the_guide_is_there(tmp_path: Path) -> None:
    named = re.findall(r"`(GET|POST) (/v1/[^`]+)`", (Path(__file__).parents[2] / "docs" / "funding.md").read_text())
    app = create_app(service, settings_for_tests(files=tmp_path.as_uri()))
    there = {(method.upper(), path) for path, methods in app.openapi()["paths"].items() for method in methods}
    assert len(named) > 20
    assert [route for route in named if route not in there] == []
