"""What a list of orders is narrowed to, asked for in the same way wherever orders are chosen: in the list, for a file,
for a step on many."""

from typing import Annotated

from fastapi import Depends

from services.orders.models import Filter
from services.orders.schemas import OrderFilter, SavedQuery
from shared.http import asked_with

Wanted = Annotated[SavedQuery, Depends(asked_with(Filter, OrderFilter, SavedQuery))]
