"""What an error of the database means: is it away, may the same succeed another time, which constraint was it."""

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout


def sqlstate(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", "") or "")


def constraint_of(error: DBAPIError) -> str:
    """The name of the violated constraint, or ""."""
    cause = error.orig.__cause__ if error.orig else None
    return getattr(cause, "constraint_name", None) or ""


def is_deadlock(error: DBAPIError) -> bool:
    """True when trying the whole transaction again at once may succeed (deadlock, serialization failure)."""
    return sqlstate(error) in ("40P01", "40001")


def try_again(error: DBAPIError) -> bool:
    """As a deadlock, or a lock or statement time-out: the same may succeed alone or later."""
    return is_deadlock(error) or sqlstate(error) in ("55P03", "57014")


def database_lost(error: BaseException) -> bool:
    """True when the database is away, full or going down: nothing is wrong with what it was asked."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or sqlstate(error).startswith(("08", "53", "57P", "58"))
    return isinstance(error, OSError | TimeoutError | PoolTimeout)
