"""A saved filter: a search that somebody asks for again and again."""

from shared.errors import Reason, require

MOST = 50
"""Filters of one person: more would not be found again in a menu."""


def save(kept: int) -> None:
    """Everybody keeps as many as fit a menu."""
    if kept >= MOST:
        require([Reason("filter.too_many", f"最多保存{MOST}个筛选", f"At most {MOST} filters are kept", "/name")])
