"""What a list of teams is narrowed to, asked for in the same way wherever teams are chosen: in the list, for a file,
for a step on many."""

from typing import Annotated

from fastapi import Depends

from services.teams.models import Filter
from services.teams.schemas import SavedQuery, TeamFilter
from shared.http import asked_with

Wanted = Annotated[SavedQuery, Depends(asked_with(Filter, TeamFilter, SavedQuery))]
