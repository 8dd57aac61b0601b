"""Saved filters of the caller; ``GET /v1/teams?filter=`` uses one."""

from services.teams.models import Filter
from services.teams.schemas import SavedQuery
from shared.http import Api, add_filter_routes

filters = Api(tags=["filters"])

add_filter_routes(filters, Filter, SavedQuery)
