"""People who write to the console's edge, in the same loop, and what a test asks of the desk."""

import re

import httpx
from sqlalchemy import select

from bot.handoff.models import Handoff
from bot.models import ReplyRow
from people.models import Contact
from tests.bot.conftest import say

MARK = re.compile("[\u2066-\u2069]")


class Person:
    """Somebody who writes over the plain HTTP channel."""

    def __init__(self, console, name="amal", language="fr"):
        self.console, self.name, self.language = console, name, language
        self._http = httpx.AsyncClient(
            transport=httpx.ASGITransport(console.app), base_url="http://edge", timeout=60
        )

    async def says(self, text, **metadata):
        metadata = {"language": self.language, **metadata}
        return await say(self._http, text, sender=self.name, **metadata)

    @property
    def contact(self):
        with self.console.database.read() as session:
            return session.scalars(select(Contact).where(Contact.address == self.name)).one()

    @property
    def id(self):
        return self.contact.id

    @property
    def page(self):
        return f"/conversations/{self.id}"

    @property
    def handoff(self):
        """The newest hand-off's row."""
        with self.console.database.read() as session:
            query = select(Handoff).where(Handoff.contact_id == self.id)
            return session.scalars(query.order_by(Handoff.id.desc()).limit(1)).one()

    @property
    def act(self):
        return f"/handoffs/{self.handoff.id}"

    def told(self):
        """The texts that counsellors have sent, in order."""
        with self.console.database.read() as session:
            query = select(ReplyRow).where(
                ReplyRow.contact_id == self.id, ReplyRow.purpose == "counsellor"
            )
            rows = session.scalars(query.order_by(ReplyRow.id)).all()
            return [row.body["text"] for row in rows]


async def here(browser):
    """Somebody is at the desk; asked for now, people wait for nobody's hours."""
    response = await browser.post("/inbox/here", status="here")
    assert response.status_code == 204


async def held(console, browser, name="amal", message="asked", **options):
    """A person whose conversation the browser's account has taken."""
    await here(browser)
    person = Person(console, name, **options)
    await person.says(message)
    taken = await browser.post(f"{person.act}/take")
    assert taken.status_code == 303
    return person


PARTIAL = {"hx-request": "true"}
