"""The ledger: a chart of accounts and what each business event posts. Pure.

Double entry in whole fen, debit positive, credit negative. An appropriation is where a round's money comes from (a
credit); every other account is a place where that money stands (a debit). A business event moves money from one place
to another, so what stands in all places together is always the appropriation, and none can go below zero.
Source: domain.md §4 (money); Government Accounting Standard (政府会计准则) for budgetary double entry.
"""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Place:
    """One account of the chart. ``of`` says whether each round or each award has its own."""

    zh: str
    en: str
    of: str


CHART = {
    "appropriation": Place("预算下达", "what the round was given (the source; a credit)", "round"),
    "available": Place("可用预算", "not promised to anyone", "round"),
    "carried_over": Place("已结转", "carried over to a later round (and appropriated there)", "round"),
    "lapsed": Place("已收回结余", "left over and taken back by the treasury", "round"),
    "reserved": Place("预留", "set aside for a proposed team, before the public notice ends", "award"),
    "committed": Place("已承诺", "promised; instalments scheduled, due or requested", "award"),
    "held": Place("暂缓拨付", "promised, but held until a rectification is decided", "award"),
    "payable": Place("应付", "approved by the checker, not yet with the bank", "award"),
    "in_transit": Place("在途", "with the bank, its answer outstanding or unknown", "award"),
    "returned": Place("退回", "sent back by the bank, to be reissued", "award"),
    "paid": Place("已拨付", "received by the payee", "award"),
    "recoverable": Place("应收回", "paid, but to come back (revoked, unspent, …)", "award"),
    "recovered": Place("已收回", "paid back to the treasury; not available again", "award"),
    "written_off": Place("已核销", "given up (by two people, with a reason)", "award"),
}
"""The chart of accounts, in the order in which money usually moves."""

ROUND_EVENTS = {
    "appropriate": ("appropriation", "available"),
    "cut": ("available", "appropriation"),
    "carry_over": ("available", "carried_over"),
    "lapse": ("available", "lapsed"),
}
"""What happens to a round as a whole: from → to. What is carried over is appropriated anew in the other round."""

AWARD_EVENTS = {
    "reserve": ("available", "reserved"),
    "commit": ("reserved", "committed"),
    "release_reserved": ("reserved", "available"),
    "release_committed": ("committed", "available"),
    "claim_back": ("paid", "recoverable"),
    "recover": ("recoverable", "recovered"),
    "write_off": ("recoverable", "written_off"),
    "forgive": ("recoverable", "paid"),
    "forgive_written_off": ("written_off", "paid"),
}
"""What happens to an award as a whole: from → to."""

STANDS_IN = {
    "scheduled": "committed",
    "due": "committed",
    "requested": "committed",
    "reissued": "committed",
    "approved": "payable",
    "in_batch": "in_transit",
    "unknown": "in_transit",
    "paid": "paid",
    "returned": "returned",
    "held": "held",
    "cancelled": "available",
}
"""Where the money of an instalment stands, by its status. A change of status that changes the place is a booking."""


@dataclass(frozen=True, slots=True)
class Account:
    """One account: a place of one round, and of one award where the chart says so."""

    place: str
    round_id: UUID
    award_id: UUID | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """The fixed order in which accounts are locked, so that two bookings never wait for each other."""
        return (str(self.round_id), str(self.award_id or ""), self.place)


@dataclass(frozen=True, slots=True)
class Posting:
    """One side of a booking: debit positive, credit negative, in fen."""

    account: Account
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Booking:
    """One business event in the ledger. Its postings sum to zero; ``event`` names what happened."""

    event: str
    postings: tuple[Posting, ...]

    def __post_init__(self) -> None:
        amounts = [posting.amount_fen for posting in self.postings]
        if len(amounts) < 2 or sum(amounts) != 0 or 0 in amounts:
            raise ValueError(f"the booking '{self.event}' does not balance")


def account(place: str, round_id: UUID, award_id: UUID | None) -> Account:
    """The account of ``place`` for this award, or the round's own where the chart keeps one per round."""
    return Account(place, round_id, award_id if CHART[place].of == "award" else None)


def moved(event: str, source: str, target: str, round_id: UUID, award_id: UUID | None, amount_fen: int) -> Booking:
    """``amount_fen`` (> 0) moves from one place to another: debit the target, credit the source."""
    if amount_fen <= 0:
        raise ValueError(f"'{event}' would move {amount_fen} fen")
    return Booking(
        event,
        (
            Posting(account(target, round_id, award_id), amount_fen),
            Posting(account(source, round_id, award_id), -amount_fen),
        ),
    )


def of_round(event: str, round_id: UUID, amount_fen: int) -> Booking:
    """What an event of :data:`ROUND_EVENTS` books."""
    source, target = ROUND_EVENTS[event]
    return moved(event, source, target, round_id, None, amount_fen)


def of_award(event: str, round_id: UUID, award_id: UUID, amount_fen: int) -> Booking:
    """What an event of :data:`AWARD_EVENTS` books. ``claim_back``, ``recover`` and ``write_off``
    also in parts."""
    source, target = AWARD_EVENTS[event]
    return moved(event, source, target, round_id, award_id, amount_fen)


def of_instalment(
    event: str, before: str, after: str, round_id: UUID, award_id: UUID, amount_fen: int
) -> Booking | None:
    """What an instalment's change of status books; nothing when its money stays where it is."""
    source, target = STANDS_IN[before], STANDS_IN[after]
    return None if source == target else moved(event, source, target, round_id, award_id, amount_fen)


def appropriate(round_id: UUID, change_fen: int) -> Booking:
    """The round is given more (``change_fen`` > 0) or less (< 0) money."""
    return of_round("appropriate" if change_fen > 0 else "cut", round_id, abs(change_fen))


def reverse(booking: Booking) -> Booking:
    """The only way to correct a booking: the same postings with the opposite sign, linked to it."""
    return Booking("reverse", tuple(Posting(p.account, -p.amount_fen) for p in booking.postings))


def natural(place: str, balance_fen: int) -> int:
    """A balance as people read it: the appropriation's credit as a positive amount. Never negative."""
    return -balance_fen if place == "appropriation" else balance_fen


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that an auditor would ask about: ``what`` is stable, ``subject`` says where, both figures in fen."""

    what: str
    subject: str
    expected_fen: int
    found_fen: int
