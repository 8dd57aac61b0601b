"""A file as an answer: its name as people wrote it, and nothing of it kept on the way."""

from urllib.parse import quote

from starlette.responses import Response


def as_file(content: bytes, name: str, media_type: str, headers: dict[str, str] | None = None) -> Response:
    """Saved under this name, which may be Chinese; never shown in the browser, cached or guessed to be of another
    type."""
    plain = name if name.isascii() and '"' not in name else "file." + name.rpartition(".")[2]
    own = {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return Response(content, 200, own | (headers or {}), media_type)
