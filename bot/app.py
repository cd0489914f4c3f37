"""The public edge: the only place that wires its parts together."""

from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from bot import appointments, charts, figures, health, logs, page
from bot.appointment_numbers import Numbers
from bot.attachments.parts import MEGABYTE, AttachmentParts
from bot.channel import Maker
from bot.channels import messenger, rest, telegram, web, whatsapp
from bot.channels.web.files import FILES
from bot.chores import Chores
from bot.composer import Composer
from bot.desk import files as desk_files
from bot.desk.accounts import demo
from bot.desk.app import create_desk
from bot.desk.desk import make_desk
from bot.desk.hours.live import KeptHours
from bot.dialogue_client import DialogueClient
from bot.edges import Edges
from bot.feeds import FeedSchedule
from bot.followups import asking
from bot.followups.taps import FollowUpTaps
from bot.handoff.acts import Hooks as HandoffHooks
from bot.handoff.parts import HandoffParts
from bot.limits import Limits
from bot.linking import Linking
from bot.security import MAX_BODY, Guard
from bot.speech import Speech
from bot.towns import nearest_city
from bot.transactions import Transactions
from bot.translations import TranslationQueue
from bot.turn import Bounds, Hooks, Turn
from bot.upkeep import Upkeep
from errors import BadInput, PartUnavailable, TooMany
from languages.translation.packages import Packages, home_of
from languages.translation.process import TranslationProcess
from settings import Settings, get_settings
from store.base import now
from store.engine import Database
from store.migrate import upgrade

CHANNELS: tuple[Maker, ...] = (
    rest.make,
    web.make,
    telegram.make,
    whatsapp.make,
    messenger.make,
)
"""Every channel that there is; one whose settings are not set stays away."""


def create_app(settings: Settings | None = None, makers: Iterable[Maker] = CHANNELS) -> FastAPI:
    """The edge as an ASGI application.

    Args:
        settings: the deployment's; None reads them.
        makers: the channels that there are.

    Raises:
        SettingsError: the deployment is not set up right.
    """
    settings = settings or get_settings()
    logs.configure(settings.log_format, settings.log_level)
    speech = Speech(settings)
    database = Database(settings.database)
    transactions = Transactions(database)
    dialogue = DialogueClient(settings)
    channels = [channel for make in makers if (channel := make(settings, speech))]
    translation = TranslationProcess(
        Packages(home_of(settings)), settings.translation_threads, settings.translation_idle
    )
    edges = Edges(database, transactions)
    handoff = HandoffParts(
        transactions,
        edges,
        speech,
        settings=settings,
        dialogue=dialogue,
        translation=translation,
        stir=lambda: turn.stir(),  # noqa: PLW0108 - the turn comes later
        hooks=HandoffHooks(rated=lambda session, rated: asking.offer(session, rated, speech)),
    )
    files = AttachmentParts(
        transactions,
        settings,
        speech,
        channels,
        handoff=handoff,
        stir=lambda: turn.stir(),  # noqa: PLW0108 - the turn comes later
    )
    diary = appointments.Diary(speech, settings)
    chores = Chores(
        transactions,
        edges,
        settings,
        also={
            "appointments": lambda: appointments.look(transactions, diary),
            "files_expire": files.expire,
            "followups": lambda: asking.look(transactions, speech, chores.clock, now()),
        },
    )
    linking = Linking(
        transactions,
        speech,
        settings.secret.encode(),
        lambda *said: turn.tell(*said),  # noqa: PLW0108 - the turn comes later
    )
    turn = Turn(
        transactions,
        Composer(
            dialogue,
            speech,
            lambda spot, language: transactions.read(nearest_city, spot, language),
            [
                files.told,
                linking,
                handoff.taps,
                FollowUpTaps(transactions, speech),
                Numbers(transactions, speech, diary),
            ],
            [files.told, handoff.reception],
        ),
        channels,
        edges=edges,
        limits=Limits(settings),
        bounds=Bounds(patience=settings.dialogue_timeout),
        hooks=Hooks(held=handoff.watch.held, moved=handoff.moved, files=files),
    )

    feeds = FeedSchedule(database, settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        upgrade(database)
        demo.prepare(database, demo=speech.profile.demo)
        async with AsyncExitStack() as stack:
            stack.callback(database.close)
            stack.push_async_callback(transactions.settle)
            await stack.enter_async_context(dialogue)
            for channel in channels:
                stack.push_async_callback(channel.close)
            await stack.enter_async_context(edges)
            await stack.enter_async_context(turn)
            await stack.enter_async_context(Upkeep(transactions, edges, channels, turn))
            await stack.enter_async_context(translation)
            await stack.enter_async_context(handoff)
            await stack.enter_async_context(files)
            hours = KeptHours(transactions, speech, handoff.voice)
            await stack.enter_async_context(hours)
            await stack.enter_async_context(TranslationQueue(transactions, translation))
            await stack.enter_async_context(feeds)
            await stack.enter_async_context(chores)
            yield

    app = FastAPI(lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None)
    app.state.handoff = handoff
    for routes in (
        *(channel.routes(turn) for channel in channels),
        handoff.chatwoot.routes() if handoff.chatwoot else None,
        health.router(dialogue, transactions),
        page.router(speech),
        charts.router(settings.secret, speech.profile.accent_colour),
        appointments.router(transactions, diary),
        files.routes(),
        figures.router(transactions, settings.metrics_token.get_secret_value()),
    ):
        if routes is not None:
            app.include_router(routes)
    app.mount(
        "/desk",
        create_desk(
            make_desk(
                settings,
                transactions,
                speech,
                edges,
                turn,
                handoff.service,
                feeds,
                files.service,
            )
        ),
    )
    _tell_errors(app)
    # The first that fits counts: where files come, before what begins alike.
    largest = settings.files_megabytes * MEGABYTE + MAX_BODY
    bodies = dict.fromkeys((f"/desk{desk_files.SEND}", FILES), largest)
    bodies |= {f"/webhooks/{channel.name}": channel.bounds.body for channel in channels}
    app.add_middleware(Guard, bodies=bodies)
    return app


def _tell_errors(app: FastAPI) -> None:
    """Errors as {"error": ...}: what is wrong, never what was sent, never where it happened."""

    @app.exception_handler(BadInput)
    async def bad_input(_: Request, error: BadInput) -> JSONResponse:
        return JSONResponse({"error": str(error)}, 400)

    @app.exception_handler(RequestValidationError)
    async def bad_request(_: Request, _error: RequestValidationError) -> JSONResponse:
        return JSONResponse({"error": "the request is not understood"}, 400)

    @app.exception_handler(PartUnavailable)
    async def away(_: Request, _error: PartUnavailable) -> JSONResponse:
        words = "the service is not available now, please try again"
        return JSONResponse({"error": words}, 503, {"Retry-After": "5"})

    @app.exception_handler(TooMany)
    async def too_many(_: Request, error: TooMany) -> JSONResponse:
        headers = {"Retry-After": str(round(error.after))}
        return JSONResponse({"error": "too many requests, please wait a moment"}, 429, headers)

    @app.exception_handler(HTTPException)
    async def refused(_: Request, error: HTTPException) -> JSONResponse:
        return JSONResponse({"error": error.detail}, error.status_code, error.headers)
