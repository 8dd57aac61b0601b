"""Every process of the system: its command, its environment and how to see that it is ready."""

import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx

from deploy import SERVICES, SIGNER
from deploy.broker import FILE as NATS_CONF
from deploy.databases import service_url
from deploy.keys import broker_password, database_password
from deploy.local.child import Program
from deploy.local.options import ROOT, Options
from deploy.local.postgres import Cluster, answers

VENV_BIN = Path(sys.prefix) / "bin"
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SSL_CERT_FILE")
_NOT_FOR_ALL = (
    "JIEDAN_POSTGRES_URL",
    "JIEDAN_NATS_ADMIN_USER",
    "JIEDAN_NATS_ADMIN_PASSWORD",
    "JIEDAN_SIGNING_KEYS",
)


@dataclass
class System:
    """What all processes share: where everything is, and the secrets."""

    options: Options
    keys: dict[str, str]
    ports: Iterator[int]
    http: httpx.AsyncClient
    gateway_port: int = 0
    api_ports: dict[str, int] = field(default_factory=dict)
    worker_ports: dict[str, int] = field(default_factory=dict)
    postgres_port: int = 0
    nats_port: int = 0
    nats_monitor_port: int = 0
    cluster: Cluster | None = None

    def __post_init__(self) -> None:
        options = self.options
        self.gateway_port = options.port or next(self.ports)
        self.api_ports = {service: next(self.ports) for service in SERVICES}
        self.worker_ports = {service: next(self.ports) for service in SERVICES}
        if not options.postgres_url:
            self.postgres_port = next(self.ports)
            password = self.keys["JIEDAN_POSTGRES_PASSWORD"]
            self.cluster = Cluster(options.folder.path, self.postgres_port, password)
        if not options.nats_url:
            self.nats_port, self.nats_monitor_port = next(self.ports), next(self.ports)

    @property
    def url(self) -> str:
        host = "127.0.0.1" if self.options.host == "0.0.0.0" else self.options.host  # noqa: S104
        return f"http://{host}:{self.gateway_port}"

    @property
    def admin_url(self) -> str:
        return self.cluster.admin_url if self.cluster else self.options.postgres_url

    def all_ports(self) -> dict[str, int]:
        named = {"gateway": self.gateway_port, "postgres": self.postgres_port, "nats": self.nats_port}
        named |= {f"{service}.api": port for service, port in self.api_ports.items()}
        named |= {f"{service}.worker": port for service, port in self.worker_ports.items()}
        return {name: port for name, port in named.items() if port}

    @property
    def profile(self) -> str:
        return os.environ.get("JIEDAN_PROFILE") or "development"

    # settings -----------------------------------------------------------------------------------------------

    def common_env(self) -> dict[str, str]:
        """What every process of ours is told. Settings given by the user (``JIEDAN_LOG_LEVEL``, …) stay."""
        env = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        env["JIEDAN_FILES"] = (self.options.folder.path / "files").as_uri()
        if self.profile == "development":
            env |= {
                "JIEDAN_DEV_KEY": self.keys["JIEDAN_DEV_KEY"],
                "JIEDAN_CLOCK_START": f"{self.options.clock_start}T08:00:00+08:00",
                "JIEDAN_WEBHOOK_NETWORKS": '["127.0.0.0/8"]',
            }
        given = {name: value for name, value in os.environ.items() if name.startswith("JIEDAN_")}
        env |= {name: value for name, value in given.items() if name not in _NOT_FOR_ALL}
        env |= {
            "JIEDAN_PROFILE": self.profile,
            "PYTHONUNBUFFERED": "1",
            "JIEDAN_FIELD_KEYS": self.keys["JIEDAN_FIELD_KEYS"],
            "JIEDAN_HASH_KEY": self.keys["JIEDAN_HASH_KEY"],
            "JIEDAN_NATS_URL": self._nats_url(),
            "JIEDAN_NATS_MONITOR_URL": self._nats_monitor_url(),
            "JIEDAN_PUBLIC_URL": os.environ.get("JIEDAN_PUBLIC_URL") or self.url,
            "JIEDAN_PEERS": json.dumps({name: f"http://127.0.0.1:{port}" for name, port in self.api_ports.items()}),
        }
        return env

    def service_env(self, service: str) -> dict[str, str]:
        user, password = self._nats_user(service, self.keys[broker_password(service)])
        signing = {"JIEDAN_SIGNING_KEYS": self.keys["JIEDAN_SIGNING_KEYS"]} if service == SIGNER else {}
        return (
            self.common_env()
            | signing
            | {
                "JIEDAN_DATABASE_URL": service_url(self.admin_url, service, self.keys[database_password(service)]),
                "JIEDAN_NATS_USER": user,
                "JIEDAN_NATS_PASSWORD": password,
            }
        )

    def admin_env(self) -> dict[str, str]:
        """For the step that prepares databases and broker, and for operators' commands."""
        user, password = self._nats_user("admin", self.keys["JIEDAN_NATS_ADMIN_PASSWORD"])
        passwords = {database_password(service): self.keys[database_password(service)] for service in SERVICES}
        return (
            self.service_env(SERVICES[0])
            | passwords
            | {
                "JIEDAN_POSTGRES_URL": self.admin_url,
                "JIEDAN_NATS_ADMIN_USER": os.environ.get("JIEDAN_NATS_ADMIN_USER") or user,
                "JIEDAN_NATS_ADMIN_PASSWORD": password,
            }
        )

    def _nats_url(self) -> str:
        if not self.options.nats_url:
            return f"nats://127.0.0.1:{self.nats_port}"
        parts = urlsplit(self.options.nats_url)
        return f"{parts.scheme}://{parts.hostname}:{parts.port}"

    def _nats_monitor_url(self) -> str:
        if not self.options.nats_url:
            return f"http://127.0.0.1:{self.nats_monitor_port}"
        return os.environ.get("JIEDAN_NATS_MONITOR_URL", "")

    def _nats_user(self, user: str, password: str) -> tuple[str, str]:
        """An address with a user in it (a server without our nats.conf) is used as that user by everybody."""
        parts = urlsplit(self.options.nats_url)
        if parts.username:
            return unquote(parts.username), unquote(parts.password or "")
        return user, password

    # processes ----------------------------------------------------------------------------------------------

    def servers(self) -> list[Program]:
        """PostgreSQL and NATS, unless existing ones are used."""
        found = []
        if self.cluster:
            found.append(
                Program(
                    name="postgres",
                    argv=self.cluster.argv,
                    env={"PATH": os.defpath, "TZ": "UTC", "LC_ALL": "C"},
                    ready=lambda: answers(self.admin_url),
                    stop=signal.SIGINT,  # fast: ends connections and writes a checkpoint
                    death=signal.SIGQUIT,  # immediate, and takes its own children along
                    user=self.cluster.user,
                    aside="^LOG:|the database system is starting up",
                    folder=Path("/"),
                    before=self.cluster.forget_dead_postmaster,
                )
            )
        if self.nats_port:
            store = self.options.folder.path / "nats"
            passwords = {name: value for name, value in self.keys.items() if "NATS" in name}
            found.append(
                Program(
                    name="nats",
                    argv=(
                        str(VENV_BIN / "nats-server"),
                        "--config",
                        str(NATS_CONF),
                        "--addr",
                        "127.0.0.1",
                        "--port",
                        str(self.nats_port),
                        "--http_port",
                        str(self.nats_monitor_port),
                        "--store_dir",
                        str(store),
                    ),
                    env=passwords,
                    ready=self._get(f"http://127.0.0.1:{self.nats_monitor_port}/healthz"),
                    aside=r"\[INF\]|Plaintext passwords detected",  # ours is a file of mode 600
                )
            )
        return found

    def apis(self) -> list[Program]:
        return [
            Program(
                name=f"{service}.api",
                argv=_jiedan("api", service, "--host", "127.0.0.1", "--port", str(port)),
                env=self.service_env(service),
                ready=self._get(f"http://127.0.0.1:{port}/readyz"),
                folder=ROOT,
            )
            for service, port in self.api_ports.items()
        ]

    def workers(self) -> list[Program]:
        return [
            Program(
                name=f"{service}.worker",
                argv=_jiedan("worker", service, "--port", str(port)),
                env=self.service_env(service),
                ready=self._get(f"http://127.0.0.1:{port}/readyz"),
                folder=ROOT,
            )
            for service, port in self.worker_ports.items()
        ]

    def gateway(self) -> Program:
        data = self.options.folder.path / "caddy"
        env = {
            "HOME": str(data),
            "XDG_DATA_HOME": str(data),
            "XDG_CONFIG_HOME": str(data),
            "JIEDAN_PROFILE": self.profile,
            "JIEDAN_SITE_ADDRESS": f"http://:{self.gateway_port}",
            "JIEDAN_SITE_BIND": self.options.host,
            "JIEDAN_SITE_ROOT": str(ROOT / "deploy" / "site"),
        }
        env |= {f"JIEDAN_{name.upper()}_API": f"127.0.0.1:{port}" for name, port in self.api_ports.items()}
        config = str(ROOT / "deploy" / "Caddyfile")
        return Program(
            name="caddy",
            argv=(str(VENV_BIN / "caddy"), "run", "--adapter", "caddyfile", "--config", config),
            env=env,
            ready=self._get(f"{self.url}/"),
            aside="admin endpoint disabled|skipped because it requires TLS|byeee",
        )

    def _get(self, url: str) -> Callable[[], Awaitable[str]]:
        async def ready() -> str:
            try:
                answer = await self.http.get(url)
            except httpx.HTTPError as error:
                return str(error) or type(error).__name__
            return "" if answer.status_code == 200 else f"{answer.status_code} {answer.text[:300]}"

        return ready


def _jiedan(*words: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "shared.cli", *words)
