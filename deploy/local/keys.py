"""Secrets of a data folder: made once, kept in ``secrets.env`` (mode 600), overruled by the environment."""

import base64
import os
import secrets
from pathlib import Path

from deploy import SERVICES
from deploy.broker import nats_password_name
from deploy.databases import password_name


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
        _write(path, kept | made)
    return {name: os.environ.get(name) or value for name, value in (kept | made).items()}


def read_env(path: Path) -> dict[str, str]:
    lines = (line.partition("=") for line in path.read_text().splitlines() if "=" in line and line[0] != "#")
    return {name: value for name, _, value in lines}


def _write(path: Path, values: dict[str, str]) -> None:
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("# Secrets of this data folder. Without them its personal data cannot be read.\n")
        file.writelines(f"{name}={value}\n" for name, value in values.items())
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
