"""A workbook that was handed in and is refused: told cell by cell, or given back with those cells marked."""

import asyncio

from fastapi import Request
from starlette.responses import Response

from shared.errors import Malformed
from shared.spreadsheet import XLSX, Sheet


async def marked(request: Request, sheet: Sheet, refusal: Malformed) -> Response:
    """The same file with its faults, for whom asks for a workbook by ``Accept``; else the refusal is raised on."""
    if XLSX not in request.headers.get("accept", ""):
        raise refusal
    return Response(await asyncio.to_thread(sheet.marked, refusal.reasons), 422, media_type=XLSX)
