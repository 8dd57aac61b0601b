"""Plumbing that knows no business word (``contracts/`` apart): everything the four services have in common."""
