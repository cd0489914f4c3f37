"""OpenID Connect by Authlib, with state, nonce and PKCE. Loaded where a provider is set alone."""

from collections.abc import Mapping
from functools import reduce
from typing import Any, cast

import httpx2
import structlog
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.starlette_client import OAuth
from fastapi import Request
from fastapi.responses import RedirectResponse
from joserfc.errors import JoseError

from bot.desk.accounts.vouched import Person, ProviderError
from bot.desk.permissions import Role
from errors import PartUnavailable
from settings import Settings

log = structlog.get_logger()

_SECONDS = 10
_NAME, _EMAIL, _SUBJECT = 80, 254, 512
_FAMILIES = ("RS", "PS", "ES", "EdDSA")  # signatures whose key is public


class Provider:
    """One provider.

    Args:
        settings: OIDC_* of the deployment.
    """

    def __init__(self, settings: Settings) -> None:
        self._issuer = settings.oidc_issuer
        self._claim = settings.oidc_role_claim
        self._roles = _roles(settings.oidc_roles)
        self._client = OAuth().register(
            "desk",
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret.get_secret_value() or None,
            server_metadata_url=f"{self._issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={
                "scope": settings.oidc_scopes,
                "code_challenge_method": "S256",
                "timeout": _SECONDS,
                "leeway": 5,  # seconds; some providers' tokens hold for a minute only
            },
        )

    async def send(self, request: Request, back: str) -> RedirectResponse:
        """To the provider; what must be known when they return is put into request.session.

        Args:
            request: with a session.
            back: the address to which the provider sends them.

        Raises:
            PartUnavailable: the provider does not answer.
            ProviderError: it answers, but not as agreed.
        """
        try:
            await self._metadata()
            sent = await self._client.authorize_redirect(request, back)
        except httpx2.HTTPError as error:
            raise PartUnavailable(f"OpenID Connect: {type(error).__name__}") from error
        except (AuthlibBaseError, RuntimeError, ValueError, KeyError) as error:
            raise _refusal(error) from error
        return cast("RedirectResponse", sent)

    async def receive(self, request: Request) -> Person:
        """Whom they are, when the provider has sent them back.

        Raises:
            PartUnavailable: the provider does not answer.
            ProviderError: it does not vouch for them, or they have no role here.
        """
        options = {"iss": {"essential": True, "value": self._issuer}}
        try:
            await self._metadata()
            token = await self._client.authorize_access_token(request, claims_options=options)
            claims = dict(token.get("userinfo") or {})
            if claims and not self._values(claims):
                claims = await self._more(token, claims)
        except httpx2.HTTPError as error:
            raise PartUnavailable(f"OpenID Connect: {type(error).__name__}") from error
        except (AuthlibBaseError, JoseError, RuntimeError, ValueError, KeyError) as error:
            raise _refusal(error) from error
        return self._person(claims)

    async def _metadata(self) -> None:
        metadata = await self._client.load_server_metadata()
        if metadata.get("issuer") != self._issuer:
            raise ValueError("the provider calls itself otherwise")
        # A provider that also offers "none", or a secret shared with the client, is not asked.
        offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
        safe = [one for one in offered if one.startswith(_FAMILIES)]
        metadata["id_token_signing_alg_values_supported"] = safe or ["RS256"]

    async def _more(self, token: dict[str, Any], claims: dict[str, Any]) -> dict[str, Any]:
        """The same with what the provider tells only when asked for it, if it is of the same."""
        if "userinfo_endpoint" not in await self._client.load_server_metadata():
            return claims
        told = dict(await self._client.userinfo(token=token))
        return {**told, **claims} if told.get("sub") == claims.get("sub") else claims

    def _values(self, claims: Mapping[str, Any]) -> set[str]:
        # "realm_access.roles" leads into a claim, "https://org.example/roles" is one by itself.
        found: Any = claims.get(self._claim)
        if found is None:
            found = reduce(_inside, self._claim.split("."), claims)
        values = found.split() if isinstance(found, str) else found
        return {str(value) for value in values} if isinstance(values, list) else set()

    def _person(self, claims: Mapping[str, Any]) -> Person:
        subject = str(claims.get("sub") or "")
        if not subject:
            raise ProviderError("provider_refused")
        roles = {self._roles[value] for value in self._values(claims) if value in self._roles}
        if not roles:
            raise ProviderError("provider_no_role")
        email = str(claims.get("email") or "").strip().lower()
        if not email or len(email) > _EMAIL or not email.isprintable():
            raise ProviderError("provider_no_email")
        name = " ".join(str(claims.get("name") or email).split())[:_NAME]
        return Person(
            f"{self._issuer}|{subject}"[:_SUBJECT],
            email,
            claims.get("email_verified") is True,
            name if name.isprintable() else email[:_NAME],
            max(roles, key=list(Role).index),
        )


def _inside(claims: object, name: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    return claims.get(name) if isinstance(claims, Mapping) else None


def _roles(text: str) -> dict[str, Role]:
    pairs = (pair.split("=") for pair in text.split(","))
    return {value: Role(role) for role, value in pairs}


def _refusal(error: Exception) -> ProviderError:
    log.warning("oidc_refused", kind=type(error).__name__, why=getattr(error, "error", None))
    return ProviderError("provider_refused")
