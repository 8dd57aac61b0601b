"""Reminders of what is owed."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from shared.http.shapes import Out, Time


class ReminderIn(BaseModel):
    """``every``: how often a digest is mailed, ``never`` for none."""

    every: Literal["day", "week", "never"]
    email: Annotated[str, Field(max_length=200, pattern=r"^$|^[^@\s]+@[^@\s]+\.[^@\s]+$")] = ""


class ReminderOut(Out):
    every: str
    email: str
    next_at: Time | None
    calendar: bool


class CalendarLinkOut(Out):
    """The address for a calendar program; whoever has it sees what the caller owes. Asked for again, it changes."""

    url: str
