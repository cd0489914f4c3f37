"""The edge with the Telegram channel, and a Telegram of our own."""

import itertools
import shutil
import time
from dataclasses import replace

import httpx
import pytest
from sqlalchemy import select

from bot.app import create_app
from bot.channels import rest
from bot.channels.telegram.api import Api
from bot.channels.telegram.channel import Pace, Telegram
from bot.models import IncomingRow, ReplyRow
from catalogue.models import Place
from people.models import Contact
from store.engine import Database
from tests.bot.channels.telegram.platform import SECRET_HEADER, TOKEN, Platform
from tests.bot.conftest import settings_for, until
from tests.bot.fake_dialogue import running

SECRET = "agreed-with-telegram"
PUBLIC = "https://chat.emploi.example"
QUICK = Pace(part=0, typing=600, rest=0.03, setup=0.01)
_CHATS = itertools.count(1000)
_UPDATES = itertools.count(1)


@pytest.fixture(scope="package")
def served_platform():
    platform = Platform()
    platform.start()
    yield platform
    platform.stop()


@pytest.fixture
def platform(served_platform):
    served_platform.forget()
    return served_platform


def maker(platform, *, polls, pace=QUICK):
    """What makes the channel; it need not keep to Telegram's speed, which tests/bot does."""

    def make(_settings, speech):
        api = Api(TOKEN, platform.url)
        channel = Telegram(api, speech, SECRET, PUBLIC, polls=polls, pace=pace)
        channel.bounds = replace(channel.bounds, a_second=None, a_second_a_chat=None)
        return channel

    return make


def started(settings, platform, *, polls, pace=QUICK):
    """The edge, running."""
    return running(create_app(settings, [maker(platform, polls=polls, pace=pace), rest.make]))


@pytest.fixture(scope="package")
def edge(tmp_path_factory, served_dialogue, served_platform, migrated):
    """An edge for all tests of the webhook: its address and its database."""
    home = tmp_path_factory.mktemp("telegram")
    url = f"sqlite:///{shutil.copy(migrated, home / 'edge.db')}"
    database = Database(url)
    with database.write() as session:
        names, where = {"fr": "Casablanca"}, {"latitude": 33.57, "longitude": -7.59}
        session.add(Place(id="MA/casablanca", kind="city", country="MA", names=names, **where))
    with started(settings_for(home, served_dialogue, url), served_platform, polls=False) as address:
        while not served_platform.webhook:
            time.sleep(0.01)
        yield address, database
    database.close()


@pytest.fixture
def database(edge):
    """Its database. What other tests have left is of other persons."""
    return edge[1]


@pytest.fixture
def amal(edge, dialogue, platform):
    """Somebody whom nobody has heard of."""
    platform.edge = edge[0]
    platform.chat = next(_CHATS)
    return Amal(*edge, platform.chat)


class Amal:
    """A person on Telegram: what they do becomes an update, brought to the webhook."""

    def __init__(self, url, database, chat):
        self.url, self.database, self.address = url, database, str(chat)
        self.user = {"id": chat, "is_bot": False, "first_name": "Amal", "language_code": "fr"}
        self.chat = {"id": chat, "type": "private", "first_name": "Amal"}
        self._ids = itertools.count(1)

    def message(self, **content):
        number = next(self._ids)
        base = {"message_id": number, "from": self.user, "chat": self.chat, "date": 1795000000}
        return {**base, **content}

    def person(self):
        """Their contact, if they have one."""
        with self.database.read() as session:
            return session.scalar(select(Contact).filter_by(address=self.address))

    def rows(self, kind, **values):
        """Their messages, or the replies to them, in order."""
        mine = kind.contact_id == Contact.id
        wanted = select(kind).join(Contact, mine).filter(Contact.address == self.address)
        with self.database.read() as session:
            found = session.scalars(wanted.order_by(kind.id)).all()
        return [row for row in found if all(getattr(row, n) == v for n, v in values.items())]

    def count(self, kind, **values):
        return len(self.rows(kind, **values))

    async def answered(self, number=1):
        """Wait until so many messages of theirs have their answers, and these are sent."""
        await until(lambda: self.count(IncomingRow, status="answered") == number)
        await until(lambda: self.count(ReplyRow, status="pending") == 0)

    async def bring(self, secret=SECRET, **update):
        content = {"update_id": next(_UPDATES), **update}
        return await self.post(json=content, headers={SECRET_HEADER: secret})

    async def post(self, **request):
        options = {"trust_env": False, "timeout": 60}
        async with httpx.AsyncClient(base_url=self.url, **options) as client:
            return await client.post("/webhooks/telegram", **request)

    async def says(self, text, **more):
        message = self.message(text=text, **more)
        response = await self.bring(message=message)
        assert response.status_code == 200, response.text
        return message

    async def sends(self, **content):
        return (await self.bring(message=self.message(**content))).status_code

    async def presses(self, call, title, message_id=70, query="1"):
        """Press the button with this title under what a call has sent."""
        keyboard = call.reply_markup["inline_keyboard"]
        data = next(b["callback_data"] for row in keyboard for b in row if b["text"] == title)
        return await self.presses_data(data, message_id, query, reply_markup=call.reply_markup)

    async def presses_data(self, data, message_id=70, query="1", **shown):
        message = {"message_id": message_id, "chat": self.chat, "date": 1795000000, **shown}
        press = {
            "id": query, "from": self.user, "message": message, "chat_instance": "-42",
            "data": data,
        }  # fmt: skip
        return (await self.bring(callback_query=press)).status_code
