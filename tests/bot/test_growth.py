"""What a message costs the database does not grow with the conversation: counted, no clock."""

from contextlib import contextmanager

from sqlalchemy import Engine, event

from tests.bot.conftest import say

SOON, LATE = 5, 200


@contextmanager
def statements():
    """Every statement that is run, with its parameters."""
    run = []

    def note(_connection, _cursor, statement, parameters, _context, _many):
        run.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield run
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def test_a_late_message_runs_the_statements_of_an_early_one(client):
    run = {}
    for turn in range(1, LATE + 1):
        with statements() as noted:
            await say(client, "salut")
        run[turn] = [statement for statement, _ in noted]
    assert run[SOON]
    assert sorted(run[LATE]) == sorted(run[SOON])
