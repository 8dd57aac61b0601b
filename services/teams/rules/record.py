"""Who may change which part of an expert's record, and what a correction of it must say."""

from collections.abc import Iterable

from shared.actor import Actor
from shared.errors import Reason, reason_given

OWN = frozenset({"phone", "fields", "willing", "health", "days_per_month"})
"""What experts keep up to date themselves; the rest of a record is the bureau's."""
MOST_CORRECTED = 3
"""Characters of a citizen id that a slip of the pen changes: one digit, two swapped, and the check digit."""


def edit_obstacles(actor: Actor, fields: Iterable[str], pointer: str = "") -> Iterable[Reason]:
    """An expert changes contact, fields of expertise and availability of the own record; the bureau everything."""
    if actor.has("bureau"):
        return
    for name in sorted(set(fields) - OWN):
        yield Reason(
            "person.not_own", f"“{name}”只能由市人社局更改", f"Only the bureau changes '{name}'", f"{pointer}/{name}"
        )


def correction_obstacles(before: str, after: str, reason: str) -> Iterable[Reason]:
    """A citizen id is corrected with a reason, and only where it was mistyped: another number is another person."""
    if before == after:
        return
    if not reason.strip():
        yield Reason("person.reason_missing", "更正证件号码须说明理由", "A corrected id needs a reason", "/reason")
    differing = abs(len(before) - len(after)) + sum(a != b for a, b in zip(before, after, strict=False))
    if differing > MOST_CORRECTED:
        yield Reason(
            "person.another_id",
            f"与原证件号码有{differing}位不同，超出更正范围；如系他人请另行登记",
            f"{differing} characters differ, more than a slip; register another person instead",
            "/citizen_id",
        )


def agree_obstacles(unit_code: str, actor: Actor) -> Iterable[Reason]:
    """A unit speaks for its own people only."""
    if not unit_code or actor.unit != unit_code:
        yield Reason(
            "person.other_unit", "只能由本人所在单位表示意见", "Only the person's own unit can say so", "/unit_code"
        )


def withdraw_agreement_obstacles(unit_code: str, reason: str, actor: Actor) -> Iterable[Reason]:
    """A unit that no longer agrees says why."""
    yield from agree_obstacles(unit_code, actor)
    yield from reason_given("person.reason_missing", reason)
