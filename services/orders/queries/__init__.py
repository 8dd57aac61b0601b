"""Reads, a file per noun. What is not this caller's to see is not there."""

from services.orders.queries.actions import *
from services.orders.queries.bulk import *
from services.orders.queries.coverage import *
from services.orders.queries.detail import *
from services.orders.queries.divisions import *
from services.orders.queries.duplicates import *
from services.orders.queries.exports import *
from services.orders.queries.imports import *
from services.orders.queries.listed import *
from services.orders.queries.orders import *
from services.orders.queries.progress import *
from services.orders.queries.quotas import *
from services.orders.queries.story import *
from services.orders.queries.waiting import *
