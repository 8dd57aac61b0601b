"""Tokens: who may be believed. Any OIDC issuer by settings; a built-in development issuer for everything else.

Algorithms, issuer and audience are pinned; keys are cached. What a token claims becomes an :class:`Actor`.
"""

import asyncio
import time
from collections.abc import Iterable
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.actor import ROLES, Actor
from shared.errors import Malformed, Reason, Unauthenticated
from shared.settings import Settings

DEVELOPMENT_ISSUER = "jiedan-development"
ALGORITHMS = ("EdDSA", "ES256", "RS256", "PS256")
KEYS_LIVE = 600.0
"""Seconds for which an issuer's keys are believed without asking again; an unknown key id asks at once."""


class DevelopmentIssuer:
    """Signs tokens for whoever asks. Exists only in the development profile."""

    def __init__(self, settings: Settings) -> None:
        if settings.dev_key is None or not settings.development:
            raise Malformed(Reason("token.no_issuer", "此环境没有开发令牌", "There is no development issuer here"))
        self._key = Ed25519PrivateKey.from_private_bytes(settings.dev_key)
        self._audience = settings.audience

    def token(
        self,
        roles: Iterable[str],
        *,
        sub: str = "",
        division: str = "",
        unit: str = "",
        person: str = "",
        scopes: Iterable[str] = (),
        seconds: int = 43_200,
    ) -> str:
        """A token for these roles. Without ``sub``, one follows from role, division, unit and person, so that
        two people differ and the same person stays the same."""
        wanted = list(roles)
        unknown = [role for role in wanted if role not in ROLES]
        if unknown or not wanted:
            raise Malformed(
                Reason(
                    "token.roles",
                    f"未知角色：{unknown}",
                    f"Unknown roles {unknown}; known: {', '.join(ROLES)}",
                    "/roles",
                )
            )
        issued = int(time.time())
        claims = {
            "iss": DEVELOPMENT_ISSUER,
            "aud": self._audience,
            "sub": sub or ":".join(filter(None, ("+".join(wanted), division, unit, person))),
            "iat": issued,
            "exp": issued + seconds,
            "roles": wanted,
            "division": division,
            "unit": unit,
            "person": person,
            "scope": " ".join(scopes),
        }
        return jwt.encode(claims, self._key, "EdDSA")

    @property
    def public_key(self) -> Any:
        return self._key.public_key()


class Verifier:
    """Turns a bearer token into an :class:`Actor`, or raises :class:`Unauthenticated`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._development = (
            DevelopmentIssuer(settings).public_key if settings.dev_key and settings.development else None
        )
        self._keys: dict[str, Any] = {}
        self._read_at = float("-inf")
        self._lock = asyncio.Lock()

    async def actor(self, token: str) -> Actor:
        try:
            head = jwt.get_unverified_header(token)
            issuer = jwt.decode(token, options={"verify_signature": False}).get("iss")
            if self._development is not None and issuer == DEVELOPMENT_ISSUER:
                key = self._development
            elif self._settings.issuer and issuer == self._settings.issuer:
                key = await self._issuer_key(str(head.get("kid", "")))
            else:
                raise Unauthenticated("token.issuer", "令牌签发者不受信任", "The token's issuer is not trusted")
            claims = jwt.decode(
                token,
                key,
                algorithms=list(ALGORITHMS),
                audience=self._settings.audience,
                issuer=issuer,
                options={"require": ["exp", "sub", "iss", "aud"]},
                leeway=30,
            )
        except jwt.ExpiredSignatureError:
            raise Unauthenticated("token.expired", "令牌已过期", "The token has expired") from None
        except jwt.PyJWTError as error:
            raise Unauthenticated("token.invalid", "令牌无效", f"The token does not hold: {error}") from None
        return actor_of(claims)

    async def _issuer_key(self, kid: str) -> Any:
        async with self._lock:
            age = time.monotonic() - self._read_at
            # An unknown key id asks again, but not more often than every ten seconds.
            if age > KEYS_LIVE or (kid not in self._keys and age > 10):
                self._keys = {str(k.key_id): k.key for k in (await self._read_keys()).keys}
                self._read_at = time.monotonic()
        if kid not in self._keys:
            raise Unauthenticated("token.key", "令牌密钥未知", "The issuer does not know the token's key")
        return self._keys[kid]

    async def _read_keys(self) -> jwt.PyJWKSet:
        try:
            async with httpx.AsyncClient(timeout=5) as client:
                url = self._settings.jwks_url
                if not url:
                    found = await client.get(f"{self._settings.issuer.rstrip('/')}/.well-known/openid-configuration")
                    url = found.raise_for_status().json()["jwks_uri"]
                return jwt.PyJWKSet.from_dict((await client.get(url)).raise_for_status().json())
        except (httpx.HTTPError, KeyError) as error:
            raise Unauthenticated("token.issuer_silent", "暂时无法核验令牌", "The issuer does not answer") from error


def actor_of(claims: dict[str, Any]) -> Actor:
    """Unknown roles in a token are ignored: an issuer may serve other systems too."""
    said = claims.get("roles") or ()
    if not isinstance(said, (list, tuple)) or not all(isinstance(role, str) for role in said):
        raise Unauthenticated("token.roles", "令牌的角色应为名称列表", "The token's roles are no list of names")
    return Actor(
        id=str(claims["sub"]),
        roles=frozenset(said) & frozenset(ROLES),
        unit=str(claims.get("unit") or ""),
        division=str(claims.get("division") or ""),
        person=str(claims.get("person") or ""),
        scopes=frozenset(str(claims.get("scope") or "").split()),
    )


class ServiceToken:
    """The token with which a service reads another's event door; renewed a minute before it ends."""

    def __init__(self, settings: Settings, service: str) -> None:
        self._settings, self._service = settings, service
        self._token, self._ends = "", 0.0

    async def __call__(self) -> str:
        if time.time() > self._ends - 60:
            await self._renew()
        return self._token

    async def _renew(self) -> None:
        settings = self._settings
        if not settings.token_url:
            issuer = DevelopmentIssuer(settings)
            self._token = issuer.token(
                ["service"], sub=f"service:{self._service}", scopes=["events:read"], seconds=3600
            )
            self._ends = time.time() + 3600
            return
        form = {"grant_type": "client_credentials", "client_id": settings.client_id, "scope": "events:read"}
        async with httpx.AsyncClient(timeout=10) as client:
            answer = await client.post(settings.token_url, data={**form, "client_secret": settings.client_secret})
        body = answer.raise_for_status().json()
        self._token, self._ends = body["access_token"], time.time() + float(body.get("expires_in", 300))
