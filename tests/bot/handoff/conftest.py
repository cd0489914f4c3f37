"""The desk in a test: an edge in this loop, people on REST, counsellors.

One edge serves a module (making one takes seconds); each test has people of its own, and nothing of
the one before.
"""

import re
import shutil
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
import yaml
from sqlalchemy import delete, select, update

from bot.app import create_app
from bot.channels import rest
from bot.handoff.models import Handoff, Presence, Team
from bot.handoff.views import Actor
from bot.models import ReplyRow
from bot.speech import Speech
from people.models import Contact
from settings import ROOT
from store.base import now
from store.engine import Database
from tests.bot.conftest import say, settings_for

SALMA = Actor("salma", "Salma", "fr")
OMAR = Actor("omar", "Omar", "ar")
NADIA = Actor("nadia", "Nadia", "en", supervises=True)
MARK = re.compile("[\u2066-\u2069]")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def profile(folder, **desk):
    """A deployment whose desk is set up so."""
    content = yaml.safe_load((ROOT / "profile.yml").read_text("utf-8"))
    path = folder / "profile.yml"
    path.write_text(yaml.safe_dump({**content, "desk": desk}, allow_unicode=True), "utf-8")
    return path


@dataclass
class Running:
    """An edge with a desk. People are called `amal`, …: others in each test."""

    client: httpx.AsyncClient
    parts: Any
    database: Database
    speech: Speech
    round: int = 0

    @property
    def service(self):
        return self.parts.service

    def begin(self, *here):
        """A new test: nobody waits, these counsellors are here."""
        self.round += 1
        with self.database.write() as session:
            # What a row's number stands for is remembered in memory: no row goes.
            session.execute(update(Handoff).values(state="cancelled"))
            session.execute(update(Contact).values(held_by=None))
            for table in (Presence, Team):
                session.execute(delete(table))
            for actor in here:
                session.add(
                    Presence(account_id=actor.id, name=actor.name, languages=[actor.language])
                )

    async def bodies(self, message, sender="amal", **metadata):
        """What is said back to a message, or to a tap."""
        return await say(self.client, message, sender=f"{sender}{self.round}", **metadata)

    async def say(self, message, sender="amal", **metadata):
        """The texts of it, without marks of direction."""
        bodies = await self.bodies(message, sender, **metadata)
        return [MARK.sub("", body["text"]) for body in bodies]

    def text(self, key, language="fr", **words):
        return MARK.sub("", self.speech.body(key, language, **words)["text"])

    def contact(self, sender="amal"):
        with self.database.read() as session:
            query = select(Contact).where(Contact.address == f"{sender}{self.round}")
            return session.scalars(query).one()

    def row(self, sender="amal"):
        """The newest hand-off of a person."""
        with self.database.read() as session:
            query = select(Handoff).where(Handoff.contact_id == self.contact(sender).id)
            return session.scalars(query.order_by(Handoff.id.desc()).limit(1)).one_or_none()

    def passes(self, **columns):
        """Let time pass for every hand-off: minutes by which columns move back."""
        with self.database.write() as session:
            for row in session.scalars(select(Handoff)):
                for name, minutes in columns.items():
                    moment = getattr(row, name)
                    setattr(row, name, moment and moment - timedelta(minutes=minutes))

    async def held(self, actor=SALMA, sender="amal", message="asked"):
        """The id of a conversation that a counsellor has taken; what was said is fetched."""
        await self.say(message, sender=sender)
        await self.service.take(actor, self.row(sender).id)
        self.fetch(sender)
        return self.row(sender).id

    def fetch(self, sender="amal"):
        """The texts that a person has not had yet; they have them now."""
        with self.database.write() as session:
            query = select(ReplyRow).where(
                ReplyRow.contact_id == self.contact(sender).id, ReplyRow.status == "pending"
            )
            rows = session.scalars(query.order_by(ReplyRow.id)).all()
            for row in rows:
                row.status = "sent"
            return [MARK.sub("", row.body["text"]) for row in rows]


@asynccontextmanager
async def desk(settings, *makers):
    """An edge with a desk, in this very loop."""
    app = create_app(settings, [rest.make, *makers])
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    database = Database(settings.database)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://edge", timeout=60) as client,
    ):
        yield Running(client, app.state.handoff, database, Speech(settings))
    database.close()


def settings_of(folder, dialogue, migrated, **wanted):
    """Settings of an edge with a database of its own and this desk."""
    path = shutil.copy(migrated, folder / "desk.db")
    made = settings_for(folder, dialogue, f"sqlite:///{path}")
    return made.model_copy(update={"profile": profile(folder, **wanted)})


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def open_edge(tmp_path_factory, served_dialogue, migrated):
    """Open day and night."""
    folder = tmp_path_factory.mktemp("open")
    async with desk(settings_of(folder, served_dialogue, migrated)) as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def closed_edge(tmp_path_factory, served_dialogue, migrated):
    """Open on one day a week: not today."""
    opening = {DAYS[(now().weekday() + 3) % 7]: ["08:00-12:00", "13:00-16:00"]}
    folder = tmp_path_factory.mktemp("closed")
    wanted = settings_of(folder, served_dialogue, migrated, opening=opening)
    async with desk(wanted) as made:
        yield made


@pytest.fixture
def running(open_edge, dialogue):
    """An open desk with two counsellors."""
    open_edge.begin(SALMA, OMAR)
    return open_edge


@pytest.fixture
def closed(closed_edge, dialogue):
    """A desk outside its hours, with nobody there."""
    closed_edge.begin()
    return closed_edge
