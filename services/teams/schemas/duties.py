"""What someone owes, by when."""

from uuid import UUID

from shared.http.shapes import First, Out, Time, TodoList, TodoOut

__all__ = ["TodoList", "TodoOut", "WaitingList", "WaitingOut"]


class WaitingOut(Out):
    """How many teams of a round wait for the same one to do the same; ``who`` is a name, or a division's code."""

    code: str
    zh: str
    en: str
    role: str
    who: str
    person_id: UUID | None
    unit: str | None
    division: str | None
    count: int
    oldest_since: Time
    due: Time | None


class WaitingList(First[WaitingOut]):
    """The longest wait first."""
