"""Reads, a file per noun. What is not this caller's to see is not there."""

from services.orders.queries.orders import *  # noqa: F403
