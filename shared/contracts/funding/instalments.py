"""Instalments."""

from datetime import date
from uuid import UUID

from shared.contracts.funding.awards import OfAward


class OfInstalment(OfAward):
    instalment_id: UUID
    number: int


class InstalmentDue(OfInstalment, type="funding.instalment.due.v1"):
    pass


class InstalmentRequested(OfInstalment, type="funding.instalment.requested.v1"):
    pass


class InstalmentChecked(OfInstalment, type="funding.instalment.checked.v1"):
    """The first of two checkers signed; it is approved with the second signature."""


class InstalmentApproved(OfInstalment, type="funding.instalment.approved.v1"):
    pass


class InstalmentRejected(OfInstalment, type="funding.instalment.rejected.v1"):
    """The checker sent the request back to the maker."""


class InstalmentBatched(OfInstalment, type="funding.instalment.batched.v1"):
    pass


class InstalmentUnbatched(OfInstalment, type="funding.instalment.unbatched.v1"):
    """Its batch was voided before the bank had it: approved again."""


class InstalmentPaid(OfInstalment, type="funding.instalment.paid.v1"):
    """``paid_on``: the business day; None from a producer that did not say."""

    paid_on: date | None = None


class InstalmentBooked(OfInstalment, type="funding.instalment.booked.v1"):
    """The treasury's voucher was entered."""

    voucher: str


class InstalmentReturned(OfInstalment, type="funding.instalment.returned.v1"):
    pass


class InstalmentUnknown(OfInstalment, type="funding.instalment.unknown.v1"):
    """The bank's answer is unknown: resolved by a person or the bank's file, never retried blindly."""


class InstalmentReissued(OfInstalment, type="funding.instalment.reissued.v1"):
    pass


class InstalmentHeld(OfInstalment, type="funding.instalment.held.v1"):
    pass


class InstalmentResumed(OfInstalment, type="funding.instalment.resumed.v1"):
    """The hold is over; it is due or waits for its gate again."""


class InstalmentReinstated(OfInstalment, type="funding.instalment.reinstated.v1"):
    """Its award was reinstated: its money is promised anew."""


class InstalmentCancelled(OfInstalment, type="funding.instalment.cancelled.v1"):
    pass
