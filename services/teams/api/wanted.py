"""What a list of teams is narrowed to, asked for in the same way wherever teams are chosen: in the list, for a file,
for a step on many."""

from typing import Annotated

from fastapi import Depends, Query

from services.teams import schemas


def _wanted(wanted: Annotated[schemas.TeamFilter, Query()]) -> schemas.TeamFilter:
    return wanted


Wanted = Annotated[schemas.TeamFilter, Depends(_wanted)]
