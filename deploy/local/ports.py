"""Loopback ports that nobody else takes while the system runs."""

import random
import socket
from collections.abc import Iterator

_RANGE = range(20000, 32000)  # below the ports that kernels hand out by themselves


def taken(port: int, host: str = "127.0.0.1") -> str:
    """Why ``port`` cannot be listened on, in a few words; empty when it can."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port in TIME_WAIT is free
        try:
            probe.bind((host, port))
            probe.listen()
        except OSError as error:
            return error.strerror or str(error)
    return ""


def free_port() -> int:
    return next(free_ports())


def free_ports() -> Iterator[int]:
    """Distinct free ports in random order, so systems side by side hardly ever try the same one."""
    return (port for port in random.sample(_RANGE, len(_RANGE)) if not taken(port))
