"""Bad settings stop a process with one line that names the setting."""

import base64
from typing import Any

import pytest

from shared.settings import load_settings

KEY = base64.b64encode(b"x" * 32).decode()
GOOD = {
    "PROFILE": "development",
    "DATABASE_URL": "postgresql://u:p@h/x",
    "FIELD_KEYS": f"1:{KEY}",
    "HASH_KEY": KEY,
    "DEV_KEY": KEY,
    "FILES": "file:///srv/files",
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PROFILE", "x"),
        ("DATABASE_URL", ""),
        ("DATABASE_URL", "mysql://x"),
        ("DATABASE_POOL", "0"),
        ("FIELD_KEYS", "x"),
        ("FIELD_KEYS", f"1:{KEY},01:{KEY}"),
        ("SIGNING_KEYS", f"1:{KEY},1:{KEY}"),
        ("HASH_KEY", "abc"),
        ("LOG_LEVEL", "LOUD"),
        ("NATS_URL", "http://x"),
        ("PUBLIC_URL", "no address"),
        ("DEV_KEY", "zz"),
        ("PEERS", "orders=http://o"),
        ("PEERS", "[1]"),
        ("PUBLIC_WRITES", "many"),
        ("CORS_ORIGINS", "https://a"),
        ("CORS_ORIGINS", "[1]"),
        ("PROFILE", "production"),
        ("DATABASE_URL", None),
        ("HASH_KEY", None),
        ("FIELD_KEYS", None),
        ("FILES", None),
        ("FILES", "relative/folder"),
        ("FILES", "ftp://x"),
        ("FILES_ENDPOINT", "minio:9000"),
    ],
)
def test_one_line_names_what_does_not_hold(
    name: str, value: str | None, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    for key, good in (GOOD | {name: value}).items():
        if good is None:
            monkeypatch.delenv(f"JIEDAN_{key}", raising=False)
        else:
            monkeypatch.setenv(f"JIEDAN_{key}", good)
    with pytest.raises(SystemExit):
        load_settings()
    [line] = capsys.readouterr().err.splitlines()
    assert "JIEDAN_DEV_KEY" in line if value == "production" else f"JIEDAN_{name}" in line


def test_addresses_of_others_are_json(monkeypatch: pytest.MonkeyPatch) -> None:
    for key, value in (GOOD | {"PEERS": '{"orders": "http://o"}', "CORS_ORIGINS": '["https://a"]'}).items():
        monkeypatch.setenv(f"JIEDAN_{key}", value)
    settings = load_settings()
    assert (settings.peers, settings.cors_origins) == ({"orders": "http://o"}, ["https://a"])


def test_production_does_not_keep_files_in_memory(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.delenv("JIEDAN_DEV_KEY", raising=False)
    told = GOOD | {"PROFILE": "production", "ISSUER": "https://issuer", "FILES": "memory:///"}
    for key, value in told.items():
        if key != "DEV_KEY":
            monkeypatch.setenv(f"JIEDAN_{key}", value)
    with pytest.raises(SystemExit):
        load_settings()
    assert "JIEDAN_FILES" in capsys.readouterr().err
