"""The pages of quality: figures, a sample, one conversation to rate."""

from typing import Annotated

from babel.numbers import format_decimal
from fastapi import APIRouter, Form
from fastapi.responses import Response

from bot.desk.desk import Desk
from bot.desk.permissions import Permission
from bot.desk.quality import sample
from bot.desk.quality.outcomes import outcomes
from bot.desk.quality.sample import PERIODS, SCORES, SIZES
from bot.desk.shell.views import view
from bot.desk.shell.visit import Visit
from languages.formatting import locale_of

Short = Annotated[str, Form(max_length=4)]


def router(desk: Desk) -> APIRouter:
    """The routes."""
    routes = APIRouter()

    @routes.get("/quality")
    async def look(
        days: str = "", size: str = "", visit: Visit = view(Permission.QUALITY, csrf=False)
    ) -> Response:
        period = _among(days, PERIODS, 30)
        drawn = None
        if size:
            number = _among(size, SIZES, SIZES[0])
            drawn = await desk.transactions.read(sample.draw, period, number, visit.account.id)
            await visit.record("quality.draw", count=len(drawn))
        return visit.page(
            "quality/quality.html",
            period=period,
            periods=PERIODS,
            sizes=SIZES,
            drawn=drawn,
            rated=await desk.transactions.read(sample.rated, period),
            figures=await desk.transactions.read(outcomes, period),
            number=lambda one: format_decimal(round(one, 1), locale=locale_of(visit.language)),
        )

    @routes.get("/quality/{handoff_id}")
    async def one(handoff_id: int, visit: Visit = view(Permission.QUALITY, csrf=False)) -> Response:
        return await _page(visit, handoff_id)

    @routes.post("/quality/{handoff_id}")
    async def rate(
        handoff_id: int,
        score: Short = "",
        note: Annotated[str, Form(max_length=2000)] = "",
        visit: Visit = view(Permission.QUALITY, csrf=True),
    ) -> Response:
        number = _among(score, SCORES, 0)
        if not number:
            return await _page(visit, handoff_id, visit.t("quality_no_score"), 400)
        if not await desk.transactions.write(sample.rate, visit.actor, handoff_id, number, note):
            raise await visit.missing("handoff")
        visit.flash("quality_saved")
        return visit.go("/quality")

    return routes


async def _page(visit: Visit, handoff_id: int, wrong: str = "", status: int = 200) -> Response:
    found = await visit.desk.transactions.read(sample.read, handoff_id, visit.language)
    if found is None:
        raise await visit.missing("handoff")
    await visit.record("quality.look", ("handoff", str(handoff_id)))
    return visit.page("quality/one.html", status, found=found, scores=SCORES, wrong=wrong)


def _among(text: str, known: tuple[int, ...], default: int) -> int:
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else default  # noqa: PLR2004
    return number if number in known else default
