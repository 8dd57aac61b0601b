"""REST of the orders service, a file per noun. ``routers`` is what ``main`` mounts."""

from services.orders.api.actions import actions
from services.orders.api.attachments import attachments
from services.orders.api.bulk import bulk
from services.orders.api.divisions import divisions
from services.orders.api.duplicates import duplicates
from services.orders.api.exports import exports
from services.orders.api.filters import filters
from services.orders.api.imports import imports
from services.orders.api.offers import offers
from services.orders.api.orders import orders
from services.orders.api.overview import overview
from services.orders.api.public import public
from services.orders.api.quotas import quotas
from services.orders.api.rounds import rounds

routers = (
    rounds,
    exports,
    bulk,
    quotas,
    duplicates,
    imports,
    offers,
    orders,
    overview,
    actions,
    filters,
    divisions,
    attachments,
    public,
)
