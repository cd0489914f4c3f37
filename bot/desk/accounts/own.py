"""The pages of one's own account: password, second step, sessions."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from bot.desk.accounts import passwords, second_step, securing
from bot.desk.desk import Desk
from bot.desk.permissions import Permission
from bot.desk.shell import cookies
from bot.desk.shell.views import view
from bot.desk.shell.visit import Visit

_PURPOSE, _ENROLMENT = "second step", 1800  # seconds to read the picture and type the code
Field = Annotated[str, Form(max_length=1024)]


def router(desk: Desk) -> APIRouter:
    """The routes."""
    routes = APIRouter()

    @routes.get("/account")
    async def overview(visit: Visit = view(Permission.OWN, csrf=False)) -> Response:
        moment = datetime.now(UTC)
        left, held = await desk.transactions.read(securing.overview, visit.account.id, moment)
        names = desk.speech.profile.desk.names
        return visit.page("accounts/own.html", left=left, held=held, names=names)

    @routes.post("/account/named")
    async def named(named: Field = "", visit: Visit = view(Permission.OWN, csrf=True)) -> Response:
        await desk.transactions.write(securing.set_named, visit.actor, named=bool(named))
        visit.flash("account_named_kept")
        return visit.go("/account")

    @routes.get("/account/setup")
    async def setup(visit: Visit = view(Permission.SETUP, csrf=False)) -> Response:
        if visit.account.must_change:
            return visit.go("/account/password")
        return visit.go(
            "/account" if Permission.OWN in visit.permissions else "/account/second-step"
        )

    _password(routes, desk)
    _enrolment(routes, desk)
    _sessions(routes, desk)
    return routes


def _password(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/account/password")
    async def password(visit: Visit = view(Permission.SETUP, csrf=False)) -> Response:
        return _password_page(visit)

    @routes.post("/account/password")
    async def change(
        current: Field = "",
        fresh: Field = "",
        again: Field = "",
        visit: Visit = view(Permission.SETUP, csrf=True),
    ) -> Response:
        if not await is_own_password(visit, current):
            return _password_page(visit, "current", "password_not_yours")
        if found := new_password(fresh, again, (visit.account.name, visit.account.email)):
            return _password_page(visit, *found)
        kept = await desk.signing_in.passwords.hash(fresh)
        token = await desk.transactions.write(
            securing.set_password, visit.actor, visit.session_id, kept
        )
        visit.flash("password_changed")
        return _with_token(visit, visit.go("/account/setup"), token)


def new_password(fresh: str, again: str, about: tuple[str, ...]) -> tuple[str, str] | None:
    """Which field of a new password is wrong, and the key of why; None when it is taken."""
    if key := passwords.weakness(fresh, about):
        return "fresh", key
    return None if fresh == again else ("again", "password_again_wrong")


async def is_own_password(visit: Visit, password: str) -> bool:
    """Whether somebody who is signed in knows their password. Tries are counted."""
    return await visit.desk.signing_in.knows(visit.account.id, password)


def _password_page(visit: Visit, field: str = "", why: str = "") -> Response:
    if not visit.account.local:
        return visit.go("/account")
    wrong = {field: visit.t(why, least=passwords.LEAST)} if field else {}
    return visit.page(
        "accounts/password.html", 400 if field else 200, wrong=wrong, least=passwords.LEAST
    )


def _enrolment(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/account/second-step")
    async def show(visit: Visit = view(Permission.SETUP, csrf=False)) -> Response:
        if not visit.account.local or visit.account.must_change:
            return visit.go("/account/setup")
        return _enrolment_page(visit, second_step.new_secret())

    @routes.post("/account/second-step")
    async def enrol(
        secret: Field = "",
        code: Field = "",
        password: Field = "",
        visit: Visit = view(Permission.SETUP, csrf=True),
    ) -> Response:
        plain = desk.keys.signed(_PURPOSE, secret, _ENROLMENT)
        own = plain if isinstance(plain, list) and plain[1] == visit.session_id else None
        if own is None:
            visit.flash("second_step_late", "bad")
            return visit.go("/account/second-step")
        # Whoever finds an open browser must not be able to lock its owner out.
        if visit.account.totp and not await is_own_password(visit, password):
            return _enrolment_page(visit, own[0], "password", "password_not_yours")
        step = second_step.step_of(own[0], "".join(code.split()), datetime.now(UTC), None)
        if step is None:
            return _enrolment_page(visit, own[0], "code", "code_wrong")
        codes = second_step.new_recovery_codes()
        kept = (desk.keys.encrypt(own[0]), step, [second_step.hashed_code(one) for one in codes])
        token = await desk.transactions.write(
            securing.set_second_step, visit.actor, visit.session_id, kept
        )
        return _with_token(visit, visit.page("accounts/recovery.html", codes=codes), token)

    @routes.post("/account/recovery")
    async def recovery(
        password: Field = "", visit: Visit = view(Permission.OWN, csrf=True)
    ) -> Response:
        if not visit.account.totp or not await is_own_password(visit, password):
            visit.flash("password_not_yours", "bad")
            return visit.go("/account")
        codes = second_step.new_recovery_codes()
        hashes = [second_step.hashed_code(one) for one in codes]
        await desk.transactions.write(securing.set_recovery, visit.actor, hashes)
        return visit.page("accounts/recovery.html", codes=codes)


def _enrolment_page(visit: Visit, secret: str, field: str = "", why: str = "") -> Response:
    address = second_step.address(secret, visit.account.email, visit.t("desk"))
    return visit.page(
        "accounts/second_step.html",
        400 if field else 200,
        # The secret travels with the form, signed and for this session alone: nothing is kept of
        # an enrolment that nobody finishes.
        signed=visit.desk.keys.sign(_PURPOSE, [secret, visit.session_id]),
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        picture=second_step.picture(address),
        wrong={field: visit.t(why)} if field else {},
    )


def _sessions(routes: APIRouter, desk: Desk) -> None:
    @routes.post("/account/sessions/{session_id}/end")
    async def end(session_id: str, visit: Visit = view(Permission.OWN, csrf=True)) -> Response:
        if not await desk.transactions.write(securing.end_session, visit.actor, session_id):
            raise await visit.missing("session")
        visit.flash("session_ended")
        return visit.go("/account")


def _with_token(visit: Visit, response: Response, token: str) -> Response:
    cookies.put(response, visit.request, cookies.SESSION, token)
    return response
