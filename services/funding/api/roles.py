"""Who may call a route."""

from typing import Annotated

from services.funding import queries
from services.funding.schemas.substitutes import SignIn
from services.funding.usecases import substitute
from shared.actor import Actor
from shared.http import Db, allow

Bureau = Annotated[Actor, allow("bureau")]
Maker = Annotated[Actor, allow("finance_maker")]
Checker = Annotated[Actor, allow("finance_checker")]
Finance = Annotated[Actor, allow("finance_maker", "finance_checker")]
Office = Annotated[Actor, allow("operator", *queries.OFFICES)]
Signer = Annotated[Actor, allow("finance_maker", "finance_checker", "bureau")]
"""Whoever may sign at the desk, for themselves or as a substitute: which signature it is, the rules say."""


async def signs(db: Db, who: Actor, body: SignIn | None, *roles: str) -> Actor:
    """Who signs with one of ``roles``: the caller, or the caller in the place of whom ``body`` names."""
    return await substitute.signs(db, who, body.on_behalf_of if body else "", *roles)
