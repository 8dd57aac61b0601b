"""Reads, a file per noun. What is not this caller's to see is not there."""

from services.orders.queries.actions import *  # noqa: F403
from services.orders.queries.bulk import *  # noqa: F403
from services.orders.queries.coverage import *  # noqa: F403
from services.orders.queries.detail import *  # noqa: F403
from services.orders.queries.divisions import *  # noqa: F403
from services.orders.queries.duplicates import *  # noqa: F403
from services.orders.queries.exports import *  # noqa: F403
from services.orders.queries.imports import *  # noqa: F403
from services.orders.queries.listed import *  # noqa: F403
from services.orders.queries.orders import *  # noqa: F403
from services.orders.queries.progress import *  # noqa: F403
from services.orders.queries.quotas import *  # noqa: F403
from services.orders.queries.story import *  # noqa: F403
from services.orders.queries.waiting import *  # noqa: F403
