"""REST as every service speaks it: what an ``api.py`` imports."""

from shared.http.bulk import BulkAnswer, RowAnswer, each
from shared.http.caching import PublicAnswers
from shared.http.history import history
from shared.http.pagination import Lists, Page, page
from shared.http.shapes import ReasonOut
from shared.http.transaction import Api, Db, IfMatch, Now, Seen, Who, allow, check_version

__all__ = [
    "Api", "BulkAnswer", "Db", "IfMatch", "Lists", "Now", "Page", "PublicAnswers", "ReasonOut", "RowAnswer",
    "Seen", "Who", "allow", "check_version", "each", "history", "page",
]  # fmt: skip
