"""Awards."""

from uuid import UUID

from shared.contracts.base import AboutFile, Fen, OfTeam


class OfAward(OfTeam):
    award_id: UUID
    amount_fen: Fen


class AwardReserved(OfAward, type="funding.award.reserved.v1"):
    """The money is set aside for this proposal: the team may go on public notice."""

    proposal: int


class AwardRefused(OfAward, type="funding.award.refused.v1"):
    """The round's budget is short of the proposed amount by ``short_fen``; or another reason, as a code
    (``award.band``: the amount lies outside the band; ``award.owing``, ``continued.…``: see
    ``services/funding/rules/continuation.py``)."""

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


class AwardCleared(OfAward, type="funding.award.cleared.v1"):
    """A corrected edition took the ground of its revocation away: reinstated at once, or by the bureau once what stands in
    the way is gone (``obstacles``: codes)."""

    obstacles: list[str] = []


class AwardReinstated(OfAward, type="funding.award.reinstated.v1"):
    """What was cancelled is promised anew, what was owed is forgiven, what was paid back will be paid once more."""


class OfFileOfAward(OfAward, AboutFile):
    """A file of the award, or of what belongs to it: ``noun`` and ``noun_id`` say of what."""

    noun: str
    noun_id: UUID


class AwardAttachmentAdded(OfFileOfAward, type="funding.award.attachment_added.v1"):
    pass


class AwardAttachmentRemoved(OfFileOfAward, type="funding.award.attachment_removed.v1"):
    """No longer handed out; the file and who removed it stay known to the service."""
