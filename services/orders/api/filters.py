"""Saved filters of the caller; ``GET /v1/orders?filter=`` uses one."""

from services.orders.models import Filter
from services.orders.schemas import SavedQuery
from shared.http import Api, add_filter_routes

filters = Api(tags=["filters"])

add_filter_routes(filters, Filter, SavedQuery)
