"""What the leading edge does beside the messages: alerts are told, who asks for it is deleted."""

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from bot import erasure, outbox
from bot.chores import Chores
from bot.models import IncomingRow, ReplyRow
from bot.transactions import Transactions
from catalogue import watching
from languages.profile import get_profile
from people import alerts, finds
from people import erasure as people_erasure
from people.alerts import Wanted
from people.models import Alert, Contact
from people.timing import Clock
from settings import Settings
from store.base import now
from tests.catalogue.listings import offer, put


class Leading:
    leads = True


class Following:
    leads = False


def contact(database, name="amal", **more):
    with database.write() as session:
        session.add(Contact(id=name, channel="test", address=name, language="fr", **more))


def there(database):
    with database.read() as session:
        return sorted(session.scalars(select(Contact.id)))


def test_who_asked_goes_with_every_message(database):
    contact(database)
    contact(database, "badr")
    with database.write() as session:
        row = IncomingRow(channel="test", message_id="1", contact_id="amal", status="answered")
        session.add(row)
        session.flush()
        people_erasure.ask(session, "amal")
        assert erasure.is_asked(session)
        assert erasure.erase(session) == 1
    assert there(database) == ["badr"]
    with database.read() as session:
        assert session.scalars(select(IncomingRow)).all() == []
        assert not erasure.is_asked(session)


@pytest.mark.parametrize("what", ["unanswered", "unsent", "claimed", "held"])
def test_not_before_they_were_told(database, what):
    contact(database, claimed_by="edge" if what == "claimed" else None)
    with database.write() as session:
        if what == "unanswered":
            session.add(IncomingRow(channel="test", message_id="1", contact_id="amal"))
        if what == "unsent":
            outbox.put(session, "amal", [{"text": "c'est fait"}], "fr", purpose="notice")
        if what == "held":
            session.get(Contact, "amal").held_by = "leila"
        people_erasure.ask(session, "amal")
        assert erasure.erase(session) == 0


def test_after_an_hour_at_the_latest(database):
    contact(database)
    with database.write() as session:
        outbox.put(session, "amal", [{"text": "c'est fait"}], "fr", purpose="notice")
        late = now() - timedelta(hours=2)
        session.execute(update(Contact).values(erase_at=late))
        assert erasure.erase(session) == 1


def chores(database, tmp_path, edges=None, **more):
    settings = Settings(
        _env_file=None,
        tawjih_home=tmp_path,
        database_url=database.engine.url.render_as_string(hide_password=False),
        alerts_quiet_from=0,
        alerts_quiet_until=0,
    )
    transactions = Transactions(database)
    return transactions, Chores(transactions, edges or Leading(), settings, **more)


async def test_the_first_look_takes_the_catalogue_as_known(catalogue_database, tmp_path):
    put(catalogue_database, offer())
    transactions, worker = chores(catalogue_database, tmp_path)
    await worker.look()
    with catalogue_database.read() as session:
        assert finds.mark(session) == watching.newest(session) > 0
    await transactions.settle()


async def test_a_new_listing_becomes_a_message_in_a_process_of_its_own(
    catalogue_database, tmp_path
):
    database = catalogue_database
    contact(database)
    transactions, worker = chores(database, tmp_path)
    await worker.look()
    clock = Clock(ZoneInfo(get_profile().timezone), 0, 0)
    with database.write() as session:
        keys = watching.keys(session, "offer", "menuisier", "Casablanca", "MA")
        wanted = Wanted("offer", "menuisier", "Casablanca", None, keys.work, keys.spot, keys.words)
        alerts.subscribe(session, "amal", wanted, clock, 5)
        session.execute(update(Alert).values(due_at=now() - timedelta(minutes=1)))
    put(database, offer("Menuisier poseur"), today=datetime.now(UTC).date())
    await worker.look()
    with database.read() as session:
        [row] = session.scalars(select(ReplyRow)).all()
    assert row.purpose == "alert"
    assert row.due_at is not None
    assert "Menuisier poseur" in row.body["text"]
    await transactions.settle()


async def test_only_the_edge_that_leads_does_it(database, tmp_path):
    contact(database, erase_at=now())
    transactions, worker = chores(database, tmp_path, Following(), every=0.01)
    async with worker:
        await asyncio.sleep(0.1)
    assert there(database) == ["amal"]
    transactions, worker = chores(database, tmp_path, Leading(), every=0.01)
    async with worker:
        async with asyncio.timeout(60):
            await worker.look()
    assert there(database) == []
    await transactions.settle()
