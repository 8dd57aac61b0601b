"""Secrets of a data folder: made once, kept in ``secrets.env`` (mode 600), overruled by the environment."""

import os
from pathlib import Path

from deploy.keys import DEVELOPMENT_KEYS, KEYS
from deploy.local.folder import read_env, write_env


def load_keys(data: Path) -> dict[str, str]:
    """All secrets by setting name; the missing ones are made and written first."""
    path = data / "secrets.env"
    kept = read_env(path) if path.exists() else {}
    made = {name: make() for name, make in (KEYS | DEVELOPMENT_KEYS).items() if name not in kept}
    if made:
        comment = "Secrets of this data folder. Without them its personal data cannot be read."
        write_env(path, kept | made, comment)
    return {name: os.environ.get(name) or value for name, value in (kept | made).items()}
