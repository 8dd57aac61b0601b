"""Settings of a process: environment variables with the prefix ``JIEDAN_``. Bad ones stop the start with one line."""

import base64
import json
import sys
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Any, Literal

from limits import parse_many
from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


def _key(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    try:
        raw = base64.b64decode(str(value), validate=True)
    except ValueError as error:
        raise ValueError("must be base64") from error
    if len(raw) != 32:
        raise ValueError(f"must be 32 bytes in base64, is {len(raw)}")
    return raw


Key = Annotated[bytes, PlainValidator(_key)]


def _keys(value: Any) -> dict[int, bytes]:
    if isinstance(value, dict):
        return value
    pairs = [part.split(":", 1) for part in str(value).split(",")]
    if not all(len(pair) == 2 and pair[0].isdigit() for pair in pairs):
        raise ValueError("must read like 1:<base64>,2:<base64>")
    if len({int(version) for version, _key in pairs}) < len(pairs):
        raise ValueError("names a version twice: what the lost key had signed or encrypted could not be read any more")
    return {int(version): _key(key) for version, key in pairs}


def _json(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        raise ValueError(f"must be JSON: {error}") from error


CLOUD = [
    ip_network(text)
    for text in (
        "169.254.0.0/16",
        "fe80::/10",
        "100.100.100.200/32",
        "168.63.129.16/32",
        "192.0.0.192/32",
        "fd00:ec2::254/128",
    )
]
"""Where clouds tell machines their credentials: never called, whatever else is allowed."""

_OWN = [ip_network("127.0.0.0/8"), ip_network("::1/128"), ip_network("0.0.0.0/8")]


def _limits(value: str) -> str:
    if value:
        parse_many(value)
    return value


class Settings(BaseSettings):
    """Everything a process can be told. Times in seconds; addresses as URLs."""

    model_config = SettingsConfigDict(env_prefix="JIEDAN_", extra="ignore", frozen=True)

    profile: Literal["development", "production"] = "production"
    database_url: str = Field(
        pattern=r"^postgres(ql)?(\+asyncpg)?://\S+$",
        description="postgresql://role:password@host:port/database of this service",
    )
    database_pool: int = Field(8, ge=1, le=100, description="connections a process may open")
    nats_url: str = Field("", pattern=r"^((nats|tls)://\S+)?$")
    nats_user: str = ""
    nats_password: str = ""
    nats_admin_user: str = ""
    nats_admin_password: str = ""
    nats_monitor_url: str = ""
    accept_broker_risk: bool = Field(False, description="stay ready although the broker does not sync every write")
    public_url: str = Field(
        "http://127.0.0.1:8080", pattern=r"^https?://\S+$", description="where clients reach the gateway"
    )
    peers: Annotated[dict[str, str], NoDecode, BeforeValidator(_json)] = Field(
        default_factory=dict, description='base URL of each service, for their event doors: {"orders": "http://…", …}'
    )
    cors_origins: Annotated[list[str], NoDecode, BeforeValidator(_json)] = Field(
        default_factory=list, description='sites whose pages may call the API: ["https://…", …]'
    )
    public_writes: Annotated[str, AfterValidator(_limits)] = Field(
        "600/minute", description="what one address may send where no token is needed, such as 60/minute; 2000/day"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    field_keys: Annotated[dict[int, bytes], NoDecode, PlainValidator(_keys)] = Field(
        description="versioned keys of personal data, newest last: 1:<base64 of 32 bytes>,2:…"
    )
    hash_key: Key = Field(description="key of the hashes by which personal data are compared, base64 of 32 bytes")
    signing_keys: Annotated[dict[int, bytes], NoDecode, PlainValidator(_keys)] = Field(
        default_factory=dict,
        description="versioned Ed25519 seeds of what is published, newest last: 1:<base64 of 32 bytes>,2:… (assessment)",
    )

    files: str = Field(
        pattern=r"^(file:///\S*|s3://[^/\s]+(/\S*)?|memory:///)$",
        description="where handed-in files are kept: file:///folder, s3://bucket/prefix (memory:/// for tests)",
    )
    files_endpoint: str = Field(
        "",
        pattern=r"^(https?://\S+)?$",
        description="address of an S3 that is not Amazon's; beginning with the bucket's name where each bucket has a host",
    )
    files_key: str = ""
    files_secret: str = ""
    files_region: str = ""

    issuer: str = Field("", description="OIDC issuer whose tokens are accepted")
    jwks_url: str = Field("", description="its keys; asked of the issuer's discovery document when empty")
    audience: str = "jiedan"
    token_url: str = Field("", description="where a service gets its own token (client credentials)")
    client_id: str = ""
    client_secret: str = ""
    dev_key: Key | None = Field(None, description="seed of the development issuer; refused in production")

    sms_url: str = Field("", pattern=r"^(https?://\S+)?$", description="HTTP gateway that sends text messages")
    sms_token: str = Field("", description="its bearer token")
    mail_url: str = Field("", pattern=r"^(smtps?://\S+)?$", description="smtp://user:password@host:port, or smtps://")
    mail_from: str = Field("jiedan@localhost", description="sender of mail")
    webhook_networks: Annotated[list[IPv4Network | IPv6Network], NoDecode, BeforeValidator(_json)] = Field(
        default_factory=list,
        description='networks beside the public internet in which departments receive: ["10.20.0.0/16"] (assessment)',
    )
    division_coordinates: str = Field(
        "", description="CSV of code,latitude,longitude: matching then counts kilometres instead of division levels"
    )
    clock_start: datetime | None = Field(None, description="development: business time of a new database")

    @model_validator(mode="after")
    def _profile_holds(self) -> "Settings":
        if self.profile == "production":
            if self.dev_key is not None:
                raise ValueError("JIEDAN_DEV_KEY: the development issuer is refused outside the development profile")
            if self.clock_start is not None:
                raise ValueError("JIEDAN_CLOCK_START: the business clock cannot be moved in production")
            if self.files.startswith("memory:"):
                raise ValueError("JIEDAN_FILES: memory forgets; production needs a folder or a bucket")
            if any(
                network.version == own.version and network.overlaps(own)
                for network in self.webhook_networks
                for own in _OWN
            ):
                raise ValueError("JIEDAN_WEBHOOK_NETWORKS: production never calls itself")
            if not self.issuer:
                raise ValueError("JIEDAN_ISSUER: production needs an OIDC issuer")
        elif not self.issuer and self.dev_key is None:
            raise ValueError("JIEDAN_DEV_KEY or JIEDAN_ISSUER: nobody could log in")
        return self

    @property
    def development(self) -> bool:
        return self.profile == "development"


def load_settings() -> Settings:
    """The settings of the environment; ends the process with one clear line when they do not hold."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "JIEDAN_" + str(first["loc"][0]).upper() if first["loc"] else ""
        message = first["msg"].removeprefix("Value error, ")
        print(f"jiedan: bad settings: {name} {message}".replace("  ", " "), file=sys.stderr)
        raise SystemExit(2) from None
