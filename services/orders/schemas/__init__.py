"""Shapes of requests and answers, a file per noun."""

from services.orders.schemas.actions import *  # noqa: F403
from services.orders.schemas.bulk import *  # noqa: F403
from services.orders.schemas.divisions import *  # noqa: F403
from services.orders.schemas.duplicates import *  # noqa: F403
from services.orders.schemas.filters import *  # noqa: F403
from services.orders.schemas.imports import *  # noqa: F403
from services.orders.schemas.intake import *  # noqa: F403
from services.orders.schemas.offers import *  # noqa: F403
from services.orders.schemas.orders import *  # noqa: F403
from services.orders.schemas.overview import *  # noqa: F403
from services.orders.schemas.progress import *  # noqa: F403
from services.orders.schemas.quotas import *  # noqa: F403
from services.orders.schemas.rounds import *  # noqa: F403
