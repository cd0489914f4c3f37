"""The prepared answers' pages: all of them, and one to write in three languages."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from bot.desk.answers import service
from bot.desk.desk import Desk
from bot.desk.permissions import Permission
from bot.desk.shell.views import view
from bot.desk.shell.visit import Visit
from errors import BadInput

_NEW = service.Answer("", {}, (), own=True, ours=False)
Key = Annotated[str, Form(max_length=64)]


def router(desk: Desk) -> APIRouter:
    """The routes."""
    routes = APIRouter()

    @routes.get("/answers")
    async def everything(visit: Visit = view(Permission.ANSWERS, csrf=False)) -> Response:
        rows = await desk.transactions.read(service.everything, desk.speech)
        gone = await desk.transactions.read(service.gone)
        return visit.page("answers/answers.html", rows=rows, gone=gone)

    @routes.get("/answers/new")
    async def new(visit: Visit = view(Permission.ANSWERS, csrf=False)) -> Response:
        return visit.page("answers/answer.html", answer=_NEW, wrong="")

    @routes.get("/answers/{key}")
    async def one(key: str, visit: Visit = view(Permission.ANSWERS, csrf=False)) -> Response:
        rows = await desk.transactions.read(service.everything, desk.speech)
        answer = next((row for row in rows if row.key == key), None)
        if answer is None:
            raise await visit.missing("answer")
        return visit.page("answers/answer.html", answer=answer, wrong="")

    @routes.post("/answers")
    async def save(
        request: Request, key: Key, visit: Visit = view(Permission.ANSWERS, csrf=True)
    ) -> Response:
        form = await request.form()
        given = {code: str(form.get(f"text_{code}") or "") for code in desk.speech.languages}
        try:
            await desk.transactions.write(service.save, desk.speech, visit.actor, key, given)
        except BadInput:
            answer = service.Answer(key, given, (), own=True, ours=False)
            return visit.page("answers/answer.html", 400, answer=answer, wrong="answers_wrong")
        visit.flash("answers_saved")
        return visit.go("/answers")

    @routes.post("/answers/{key}/delete")
    async def delete(key: str, visit: Visit = view(Permission.ANSWERS, csrf=True)) -> Response:
        await desk.transactions.write(service.delete, visit.actor, key)
        visit.flash("answers_deleted")
        return visit.go("/answers")

    @routes.post("/answers/{key}/restore")
    async def restore(key: str, visit: Visit = view(Permission.ANSWERS, csrf=True)) -> Response:
        await desk.transactions.write(service.restore, visit.actor, key)
        visit.flash("answers_restored")
        return visit.go("/answers")

    return routes
