"""REST of the teams service, one file per subject."""

from services.teams.api.absences import absences
from services.teams.api.agreements import agreements
from services.teams.api.attachments import attachments
from services.teams.api.confirmations import confirmations
from services.teams.api.decisions import decisions
from services.teams.api.duties import duties
from services.teams.api.entries import entries
from services.teams.api.filters import filters
from services.teams.api.hosting import hosted
from services.teams.api.matching import matching
from services.teams.api.nominations import nominations
from services.teams.api.people import people
from services.teams.api.posts import posts
from services.teams.api.registry import registry
from services.teams.api.reminders import reminders
from services.teams.api.reports import reports
from services.teams.api.reviews import reviews
from services.teams.api.selection import selection
from services.teams.api.sharing import shared_claims
from services.teams.api.summaries import summaries
from services.teams.api.teams import teams

routers = (
    registry,
    people,
    nominations,
    matching,
    teams,
    filters,
    hosted,
    shared_claims,
    selection,
    posts,
    reviews,
    decisions,
    agreements,
    entries,
    attachments,
    confirmations,
    absences,
    summaries,
    reports,
    duties,
    reminders,
)
"""In the order in which the documentation lists them."""
