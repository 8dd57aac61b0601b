"""Events of the funding service: appropriations, awards, instalments."""

from uuid import UUID

from shared.contracts.base import Event, Fen, OfRound, OfTeam


class AppropriationSet(OfRound, type="funding.appropriation.set.v1"):
    appropriation_id: UUID
    amount_fen: Fen


class OfAward(OfTeam):
    award_id: UUID
    amount_fen: Fen


class AwardReserved(OfAward, type="funding.award.reserved.v1"):
    """The money is set aside for this proposal: the team may go on public notice."""

    proposal: int


class AwardRefused(OfAward, type="funding.award.refused.v1"):
    """The round's budget is short of the proposed amount by ``short_fen``; or another reason, as a code
    (``award.band``: the amount lies outside the band)."""

    proposal: int
    short_fen: Fen
    reason: str = "budget.short"


class AwardCommitted(OfAward, type="funding.award.committed.v1"):
    pass


class AwardActivated(OfAward, type="funding.award.activated.v1"):
    pass


class AwardSettled(OfAward, type="funding.award.settled.v1"):
    pass


class AwardClosed(OfAward, type="funding.award.closed.v1"):
    pass


class AwardReleased(OfAward, type="funding.award.released.v1"):
    pass


class AwardRevoked(OfAward, type="funding.award.revoked.v1"):
    """``amount_fen`` is what had been paid and must be recovered."""


class AwardRecovered(OfAward, type="funding.award.recovered.v1"):
    pass


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


class InstalmentPaid(OfInstalment, type="funding.instalment.paid.v1"):
    pass


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


class InstalmentCancelled(OfInstalment, type="funding.instalment.cancelled.v1"):
    pass


class OfPayee(Event):
    """A unit's bank account. The account number never travels."""

    payee_id: UUID
    unit_code: str


class PayeeRegistered(OfPayee, type="funding.payee.registered.v1"):
    pass


class PayeeVerified(OfPayee, type="funding.payee.verified.v1"):
    pass


class PayeeReplaced(OfPayee, type="funding.payee.replaced.v1"):
    """A newer account of the unit took its place."""
