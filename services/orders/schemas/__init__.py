"""Shapes of requests and answers, a file per noun."""

from services.orders.schemas.actions import *
from services.orders.schemas.bulk import *
from services.orders.schemas.divisions import *
from services.orders.schemas.duplicates import *
from services.orders.schemas.filters import *
from services.orders.schemas.imports import *
from services.orders.schemas.intake import *
from services.orders.schemas.offers import *
from services.orders.schemas.orders import *
from services.orders.schemas.overview import *
from services.orders.schemas.progress import *
from services.orders.schemas.quotas import *
from services.orders.schemas.rounds import *
