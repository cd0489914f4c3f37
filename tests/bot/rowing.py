"""Messages and answers written straight into the rows, as an edge called "edge" writes them."""

from bot import claims, finishing, inbox
from bot.incoming import Incoming
from bot.messages import Composed

EDGE = "edge"
ANSWER = Composed([{"text": "un"}, {"text": "deux"}], "fr", language_chosen=False, introduced=True)


def receive(database, message_id, text="salut", edge=EDGE, channel="web", address="amal", **more):
    with database.write() as session:
        incoming = Incoming(channel, address, message_id, text=text)
        return inbox.record(session, incoming, edge, **more)


def answer(database, waiting, composed=ANSWER, edge=EDGE, **how):
    with database.write() as session:
        return finishing.finish(session, edge, waiting, composed, **how)


def claim(database, contact_id, edge=EDGE):
    with database.write() as session:
        return claims.claim(session, edge, [contact_id]) == [contact_id]
