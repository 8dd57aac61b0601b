"""Money that must come back."""

from datetime import date
from uuid import UUID

from shared.contracts.base import Fen
from shared.contracts.funding.awards import OfAward


class OfRecovery(OfAward):
    """``amount_fen`` is what must come back; ``owed_fen`` what of it is still owed."""

    recovery_id: UUID
    owed_fen: Fen


class RecoveryOpened(OfRecovery, type="funding.recovery.opened.v1"):
    """``ground``: ``revoked`` (the award) or ``unspent`` (money that the final account left)."""

    ground: str
    due_on: date


class RecoveryPlanned(OfRecovery, type="funding.recovery.planned.v1"):
    """It may be paid back in instalments."""

    parts: int


class RecoveryRepaid(OfRecovery, type="funding.recovery.repaid.v1"):
    """A part came back."""


class RecoveryCompleted(OfRecovery, type="funding.recovery.completed.v1"):
    pass


class RecoveryOverdue(OfRecovery, type="funding.recovery.overdue.v1"):
    """A day on which something was due has passed: said once for each such day."""

    due_on: date


class RecoveryWriteOffProposed(OfRecovery, type="funding.recovery.write_off_proposed.v1"):
    pass


class RecoveryWrittenOff(OfRecovery, type="funding.recovery.written_off.v1"):
    """A second person agreed; what came back before stays back."""


class RecoveryReversed(OfRecovery, type="funding.recovery.reversed.v1"):
    """It should never have been opened: its booking was reversed."""


class RecoveryForgiven(OfRecovery, type="funding.recovery.forgiven.v1"):
    """Its award was reinstated: nothing is owed any more."""


class OfRepayment(OfAward):
    """``amount_fen`` is the repayment's."""

    repayment_id: UUID
    recovery_id: UUID


class RepaymentRegistered(OfRepayment, type="funding.repayment.registered.v1"):
    pass


class RepaymentConfirmed(OfRepayment, type="funding.repayment.confirmed.v1"):
    """``paid_on``: the day on which it came in; None from a producer that did not say."""

    paid_on: date | None = None


class RepaymentRejected(OfRepayment, type="funding.repayment.rejected.v1"):
    pass
