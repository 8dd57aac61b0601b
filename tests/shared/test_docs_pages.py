"""The pages that show an API bring everything along: an office's network may reach no other host."""

import re

import httpx
import pytest

from services.orders.main import service
from shared.http.app import create_app
from shared.testing import settings_for_tests


@pytest.mark.parametrize("page", ["/docs", "/redoc"])
async def test_a_page_of_the_api_names_no_other_host_and_its_files_are_there(page: str) -> None:
    transport = httpx.ASGITransport(create_app(service, settings_for_tests()), root_path="/orders")
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        shown = await client.get(f"/orders{page}")
        assert shown.status_code == 200
        files = re.findall(r"""(?:src|href)=["']([^"']+)["']""", shown.text)
        assert files
        for file in files:
            assert file.startswith("/orders/"), f"{page} asks another host for {file}"
            assert (await client.get(file)).status_code == 200
