"""The two addresses of the organisation's own sign-in: going there, and coming back."""

import json
from typing import TYPE_CHECKING

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from bot.desk.accounts import provider
from bot.desk.accounts.entrance import enter
from bot.desk.accounts.vouched import ProviderError
from bot.desk.audit import trail
from bot.desk.desk import Desk
from bot.desk.permissions import Permission
from bot.desk.shell import cookies
from bot.desk.shell.pages import ROOT_PATH
from bot.desk.shell.routes import inside
from bot.desk.shell.views import view
from bot.desk.shell.visit import Visit
from errors import PartUnavailable

if TYPE_CHECKING:
    from bot.desk.accounts.openid import Provider

_SECONDS = 600
_PURPOSE = "oidc"


def router(desk: Desk) -> APIRouter:
    """The routes; without a provider they are not there."""
    routes = APIRouter()

    @routes.get("/oidc/go")
    async def go(
        next: str = "/",  # noqa: A002 - the address says it so
        visit: Visit = view(Permission.PUBLIC, csrf=False),
    ) -> Response:
        try:
            sent = await _there(desk).send(
                _with_session(visit, {"next": inside(next)}), _back(visit)
            )
        except PartUnavailable:
            return _sorry(visit, "provider_away")
        except ProviderError as error:
            return _sorry(visit, error.key)
        kept = desk.keys.encrypt(json.dumps(visit.request.session), _PURPOSE)
        cookies.put(sent, visit.request, cookies.STATE, kept, _SECONDS)
        return sent

    @routes.get("/oidc/back")
    async def back(visit: Visit = view(Permission.PUBLIC, csrf=False)) -> Response:
        kept = visit.request.cookies.get(cookies.STATE, "")
        state = json.loads(desk.keys.decrypt(kept, _PURPOSE, _SECONDS) or "{}")
        try:
            person = await _there(desk).receive(_with_session(visit, state))
            address = visit.actor.address
            account_id = await desk.transactions.write(provider.account_of, person, address)
        except PartUnavailable:
            return _sorry(visit, "provider_away")
        except ProviderError as error:
            why = {"why": error.key}
            await desk.transactions.write(
                lambda session: trail.record(
                    session, visit.actor, "sign_in.provider_refused", None, **why
                )
            )
            return _sorry(visit, error.key)
        begun = await desk.signing_in.from_provider(account_id, visit.browser)
        return _done(enter(visit, begun, str(state.get("next", "/"))))

    return routes


def _there(desk: Desk) -> "Provider":
    if desk.provider is None:
        raise HTTPException(404)
    return desk.provider


def _with_session(visit: Visit, state: dict[str, object]) -> Request:
    # Authlib keeps state, nonce and PKCE's verifier in the request's session: ours is a cookie.
    visit.request.scope["session"] = state
    return visit.request


def _back(visit: Visit) -> str:
    public = visit.desk.settings.public_url.rstrip("/")
    request = visit.request
    return f"{public or f'{request.url.scheme}://{request.url.netloc}'}{ROOT_PATH}/oidc/back"


def _sorry(visit: Visit, key: str) -> Response:
    visit.flash(key, "bad")
    return _done(visit.go("/sign-in"))


def _done(response: Response) -> Response:
    cookies.drop(response, cookies.STATE)
    return response
