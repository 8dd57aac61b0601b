"""What lists of money are narrowed to, asked for in the same way in the list and for its file; who may have the file."""

from typing import Annotated

from fastapi import Depends, Query

from services.funding import queries, schemas
from shared.actor import Actor
from shared.errors import Forbidden, Reason
from shared.http import Who

SCOPE = "funding:read"


def _awards(wanted: Annotated[schemas.AwardFilter, Query()]) -> schemas.AwardFilter:
    return wanted


def _instalments(wanted: Annotated[schemas.InstalmentFilter, Query()]) -> schemas.InstalmentFilter:
    return wanted


def _payments(wanted: Annotated[schemas.PaymentFilter, Query()]) -> schemas.PaymentFilter:
    return wanted


AwardsWanted = Annotated[schemas.AwardFilter, Depends(_awards)]
InstalmentsWanted = Annotated[schemas.InstalmentFilter, Depends(_instalments)]
PaymentsWanted = Annotated[schemas.PaymentFilter, Depends(_payments)]


async def _reader(who: Who) -> Actor:
    own = set(who.roles) - {"department"}
    if "department" in who.roles and not own.intersection(queries.OFFICES) and SCOPE not in who.scopes:
        raise Forbidden(Reason("scope.missing", f"缺少权限：{SCOPE}", f"The token lacks the scope {SCOPE}"))
    return who


Reader = Annotated[Actor, Depends(_reader)]
"""Whoever sees the money; another authority (treasury, audit) by a scope of its token."""
