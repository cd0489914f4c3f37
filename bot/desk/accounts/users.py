"""The pages on which administrators look after accounts; supervisors see them."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form
from fastapi.responses import Response
from sqlalchemy.orm import Session

from bot.desk.accounts import directory, sessions
from bot.desk.accounts.directory import LINK_HOURS, RefusalError
from bot.desk.audit.trail import Actor
from bot.desk.desk import Desk
from bot.desk.models import Account, DeskSession
from bot.desk.permissions import Permission, Role
from bot.desk.shell.pages import ROOT_PATH
from bot.desk.shell.views import view
from bot.desk.shell.visit import Visit

Field = Annotated[str, Form(max_length=512)]
_ACTS: dict[str, Callable[[Session, Actor, str], None]] = {
    "disable": directory.disable,
    "enable": directory.enable,
    "second-step": directory.forget_second_step,
    "sessions": directory.end_sessions,
}


def router(desk: Desk) -> APIRouter:
    """The routes."""
    routes = APIRouter()
    _looks(routes, desk)
    _additions(routes, desk)
    _changes(routes, desk)
    return routes


def _looks(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/users")
    async def everybody(visit: Visit = view(Permission.USERS_SEE, csrf=False)) -> Response:
        rows = await desk.transactions.read(directory.everybody)
        return visit.page("accounts/users.html", rows=rows)

    @routes.get("/users/new")
    async def new(visit: Visit = view(Permission.USERS_MANAGE, csrf=False)) -> Response:
        return visit.page("accounts/user_new.html", given={}, wrong={})

    @routes.get("/users/{account_id}")
    async def one(
        account_id: str, visit: Visit = view(Permission.USERS_SEE, csrf=False)
    ) -> Response:
        return await _page(visit, account_id)


async def _page(visit: Visit, account_id: str, status: int = 200, **more: Any) -> Response:  # noqa: ANN401
    found = await visit.desk.transactions.read(_look, account_id)
    if found is None:
        raise await visit.missing("account")
    context: dict[str, Any] = {"link": None, "wrong": None} | more
    return visit.page("accounts/user.html", status, row=found[0], held=found[1], **context)


def _look(session: Session, account_id: str) -> tuple[Account, list[DeskSession]] | None:
    account = session.get(Account, account_id)
    held = sessions.of_account(session, account_id, datetime.now(UTC))
    return None if account is None else (account, held)


def _additions(routes: APIRouter, desk: Desk) -> None:
    @routes.post("/users")
    async def add(
        email: Field = "",
        name: Field = "",
        role: Role = Form(Role.COUNSELLOR),  # noqa: FAST002 - an enumeration's own default
        visit: Visit = view(Permission.USERS_MANAGE, csrf=True),
    ) -> Response:
        def work(session: Session) -> tuple[str, str]:
            account = directory.add(session, visit.actor, email, name, role)
            return account.id, directory.new_link(session, visit.actor, account.id)

        try:
            account_id, token = await desk.transactions.write(work)
        except RefusalError as error:
            given = {"email": email, "name": name, "role": role}
            field = "name" if error.key == "user_no_name" else "email"
            wrong = {field: visit.t(error.key)}
            return visit.page("accounts/user_new.html", 400, given=given, wrong=wrong)
        return await _page(visit, account_id, link=_link(visit, token))

    @routes.post("/users/{account_id}/link")
    async def link(
        account_id: str, visit: Visit = view(Permission.USERS_MANAGE, csrf=True)
    ) -> Response:
        try:
            token = await desk.transactions.write(directory.new_link, visit.actor, account_id)
        except RefusalError as error:
            return await _refused(visit, account_id, error)
        desk.handoff.left()
        return await _page(visit, account_id, link=_link(visit, token))


def _link(visit: Visit, token: str) -> dict[str, Any]:
    public = visit.desk.settings.public_url.rstrip("/")
    base = public or str(visit.request.url.replace(path="", query="", fragment="")).rstrip("/")
    return {"address": f"{base}{ROOT_PATH}/reset?token={token}", "hours": LINK_HOURS}


def _changes(routes: APIRouter, desk: Desk) -> None:
    @routes.post("/users/{account_id}")
    async def change(
        account_id: str,
        name: Field = "",
        role: Role = Form(Role.COUNSELLOR),  # noqa: FAST002
        visit: Visit = view(Permission.USERS_MANAGE, csrf=True),
    ) -> Response:
        try:
            await desk.transactions.write(directory.change, visit.actor, account_id, name, role)
        except RefusalError as error:
            return await _refused(visit, account_id, error)
        visit.flash("user_changed")
        return visit.go(f"/users/{account_id}")

    @routes.post("/users/{account_id}/{act}")
    async def act(
        account_id: str, act: str, visit: Visit = view(Permission.USERS_MANAGE, csrf=True)
    ) -> Response:
        if act not in _ACTS:
            raise await visit.missing("act")
        try:
            await desk.transactions.write(_ACTS[act], visit.actor, account_id)
        except RefusalError as error:
            return await _refused(visit, account_id, error)
        desk.handoff.left()
        visit.flash("user_changed")
        return visit.go(f"/users/{account_id}")


async def _refused(visit: Visit, account_id: str, error: RefusalError) -> Response:
    return await _page(visit, account_id, 400, wrong=visit.t(error.key))
