"""Secrets of a data folder: made once, kept in ``secrets.env`` (mode 600), overruled by the environment."""

import base64
import os
import secrets
from pathlib import Path

from deploy import SERVICES
from deploy.broker import nats_password_name
from deploy.databases import password_name
from deploy.local.folder import read_env, write_env


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _password() -> str:
    # Starts with a letter: the broker's configuration reads a bare 12e4 or 5k as a number.
    return "p" + secrets.token_hex(20)


_MAKERS = {
    "JIEDAN_POSTGRES_PASSWORD": _password,
    **{password_name(service): _password for service in SERVICES},
    "JIEDAN_NATS_ADMIN_PASSWORD": _password,
    **{nats_password_name(service): _password for service in SERVICES},
    "JIEDAN_FIELD_KEYS": lambda: f"1:{_key()}",
    "JIEDAN_HASH_KEY": _key,
    "JIEDAN_DEV_KEY": _key,
}


def load_keys(data: Path) -> dict[str, str]:
    """All secrets by setting name; the missing ones are made and written first."""
    path = data / "secrets.env"
    kept = read_env(path) if path.exists() else {}
    made = {name: make() for name, make in _MAKERS.items() if name not in kept}
    if made:
        write_env(
            path, kept | made, "Secrets of this data folder. Without them its personal data cannot be read."
        )
    return {name: os.environ.get(name) or value for name, value in (kept | made).items()}
