"""How a summary that the worker takes in stands. Its whole effect is one transaction: it is done or it is not."""

ATTEMPTS = 3
"""Times that a worker may die over the same file before it is given up."""


def status(finished: bool, failed: bool, attempts: int) -> str:
    """queued → running → done, or failed with every fault and nothing imported."""
    if finished:
        return "failed" if failed else "done"
    return "running" if attempts else "queued"
