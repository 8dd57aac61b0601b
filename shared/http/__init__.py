"""REST as every service speaks it: what an ``api.py`` imports."""

from shared.http.attachments import AttachmentOut, Attachments, add_attachment_routes
from shared.http.bulk import MOST_AT_ONCE, BulkAnswer, RowAnswer, These, each, each_of
from shared.http.caching import PublicAnswers
from shared.http.downloads import as_file
from shared.http.exports import MOST_EXPORTED, Format, exported, require_fits
from shared.http.filters import add_filter_routes, asked_with
from shared.http.forms import FormVersionOut, hand_out, handed_out
from shared.http.history import history
from shared.http.pagination import Lists, Page, Sliced, page
from shared.http.shapes import ReasonOut
from shared.http.sheets import marked
from shared.http.transaction import Api, Db, IfMatch, Now, Seen, Who, allow, check_version

__all__ = [
    "MOST_AT_ONCE",
    "MOST_EXPORTED",
    "Api",
    "AttachmentOut",
    "Attachments",
    "BulkAnswer",
    "Db",
    "FormVersionOut",
    "Format",
    "IfMatch",
    "Lists",
    "Now",
    "Page",
    "PublicAnswers",
    "ReasonOut",
    "RowAnswer",
    "Seen",
    "Sliced",
    "These",
    "Who",
    "add_attachment_routes",
    "add_filter_routes",
    "allow",
    "as_file",
    "asked_with",
    "check_version",
    "each",
    "each_of",
    "exported",
    "hand_out",
    "handed_out",
    "history",
    "marked",
    "page",
    "require_fits",
]
