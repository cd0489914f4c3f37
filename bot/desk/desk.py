"""What the console's features share: the deployment, the database, words and templates."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.attachments.service import FileService
from bot.desk.accounts.provider import make_provider
from bot.desk.accounts.sessions import Lasting
from bot.desk.accounts.signing_in import SigningIn
from bot.desk.keys import Keys
from bot.desk.shell.pages import Pages
from bot.edges import Edges
from bot.feeds import FeedSchedule
from bot.handoff.service import HandoffService
from bot.speech import Speech
from bot.transactions import Transactions
from bot.turn import Turn
from settings import Settings

if TYPE_CHECKING:
    from bot.desk.accounts.openid import Provider


@dataclass(frozen=True, slots=True)
class Desk:
    """Made once by bot/app.py; a feature's `router(desk)` takes from it what it needs."""

    settings: Settings
    transactions: Transactions
    speech: Speech
    edges: Edges
    turn: Turn
    keys: Keys
    pages: Pages
    lasting: Lasting
    signing_in: SigningIn
    provider: "Provider | None"
    handoff: HandoffService
    feeds: FeedSchedule
    files: FileService

    @property
    def zone(self) -> ZoneInfo:
        """The deployment's time zone."""
        return ZoneInfo(self.speech.profile.timezone)


def make_desk(  # noqa: PLR0913, PLR0917 - the parts it brings together
    settings: Settings,
    transactions: Transactions,
    speech: Speech,
    edges: Edges,
    turn: Turn,
    handoff: HandoffService,
    feeds: FeedSchedule,
    files: FileService,
) -> Desk:
    """The console's parts, by the deployment's settings."""
    keys = Keys(settings.secret)
    lasting = Lasting(timedelta(minutes=settings.desk_idle), timedelta(hours=settings.desk_session))
    return Desk(
        settings,
        transactions,
        speech,
        edges,
        turn,
        keys,
        Pages(speech.profile),
        lasting,
        SigningIn(transactions, keys, lasting, demo=speech.profile.demo),
        make_provider(settings),
        handoff,
        feeds,
        files,
    )
