"""The secrets of a system, by setting name. ``python3 -m deploy.keys > .env`` makes a set for Compose."""

import base64
import secrets
from collections.abc import Callable

from deploy import SERVICES


def database_password(service: str) -> str:
    """Name of the setting with the password of a service's database role."""
    return f"JIEDAN_{service.upper()}_DATABASE_PASSWORD"


def broker_password(service: str) -> str:
    """Name of the setting with the password of a service's user at the broker."""
    return f"JIEDAN_{service.upper()}_NATS_PASSWORD"


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _password() -> str:
    # Starts with a letter: the broker's configuration reads a bare 12e4 or 5k as a number.
    return "p" + secrets.token_hex(20)


KEYS: dict[str, Callable[[], str]] = {
    "JIEDAN_POSTGRES_PASSWORD": _password,
    **{database_password(service): _password for service in SERVICES},
    "JIEDAN_NATS_ADMIN_PASSWORD": _password,
    **{broker_password(service): _password for service in SERVICES},
    "JIEDAN_FIELD_KEYS": lambda: f"1:{_key()}",
    "JIEDAN_HASH_KEY": _key,
    "JIEDAN_SIGNING_KEYS": lambda: f"1:{_key()}",
}

DEVELOPMENT_KEYS = {"JIEDAN_DEV_KEY": _key}
"""The seed of the development issuer: only ever for a system that strangers cannot reach."""


if __name__ == "__main__":
    for name, make in KEYS.items():
        print(f"{name}={make()}")
