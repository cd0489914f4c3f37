"""What was understood of a message stands in its row."""

from sqlalchemy import select

from bot.incoming import MAX_TEXT
from bot.models import IncomingRow
from store.engine import Database
from tests.bot.conftest import say


def row_of(settings):
    database = Database(settings.database)
    with database.read() as session:
        row = session.scalars(select(IncomingRow)).one()
    database.close()
    return row


async def test_what_was_understood_is_kept_with_the_message(client, settings):
    await say(client, "salut")
    row = row_of(settings)
    assert (row.intent, row.confidence) == ("greet", 0.9)
    assert row.guesses == [
        {"intent": "inform", "confidence": 0.9},
        {"intent": "deny", "confidence": 0.1},
    ]
    assert (row.variety, row.language) == ("fr", "fr")


async def test_what_no_dialogue_was_asked_about_was_not_understood(client, settings, dialogue):
    await say(client, "x" * (MAX_TEXT + 1))
    row = row_of(settings)
    assert dialogue.asked == []
    assert row.status == "answered"
    assert (row.intent, row.confidence, row.guesses, row.variety, row.language) == (None,) * 5
