"""The pages for the people who do the work name routes that are there."""

import importlib
import re
from pathlib import Path

import pytest

from shared.http.app import create_app
from shared.testing import settings_for_tests

DOCS = Path(__file__).parents[2] / "docs"
GUIDES = {"funding.md": "funding", "rating.md": "assessment", "webhooks.md": "assessment"}
"""Whose routes a page names."""


@pytest.mark.parametrize("page", GUIDES)
def test_every_route_of_a_guide_is_there(page: str, tmp_path: Path) -> None:
    named = re.findall(r"`(GET|POST|PUT|PATCH|DELETE) (/[^`?]+)[^`]*`", (DOCS / page).read_text())
    service = importlib.import_module(f"services.{GUIDES[page]}.main").service
    app = create_app(service, settings_for_tests(files=tmp_path.as_uri()))
    there = {(method.upper(), path) for path, methods in app.openapi()["paths"].items() for method in methods}
    assert named
    assert [route for route in named if route not in there] == []
