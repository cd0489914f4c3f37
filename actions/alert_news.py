"""What a person is told unasked: new listings for an alert, or that an alert is over."""

from datetime import datetime
from typing import Any

from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Tracker
from sqlalchemy.orm import Session

from actions import alerts, cards, saved
from actions.turn import Turn
from catalogue import watching
from catalogue.models import Listing
from catalogue.search import Hit
from languages.profile import get_profile
from languages.translation import cache
from people.models import Alert, Contact

Body = dict[str, Any]


def news(
    session: Session, contact: Contact, alert: Alert, listings: list[Listing], moment: datetime
) -> Body:
    """The message with new listings for an alert: why each one, and STOP with one tap."""
    turn, said = _turn(contact)
    made = [_card(session, turn, alert, listing, moment) for listing in listings]
    wish = alerts.name(turn, alerts.wish_of(alert))
    heading = turn.words("alert_news", count=len(made), wish=wish)
    saved.utter(turn, heading, made, [alerts.stop_button(turn, alert.id), _list(turn)])
    cache.want(session, turn.wishes)
    return _body(said)


def over(contact: Contact, alert: Alert) -> Body:
    """The question whether an alert is to go on, answered with one tap."""
    turn, said = _turn(contact)
    text = turn.words("alert_over", wish=alerts.name(turn, alerts.wish_of(alert)))
    turn.utter(text, [alerts.go_on_button(turn, alert), alerts.stop_button(turn, alert.id)])
    return _body(said)


def _turn(contact: Contact) -> tuple[Turn, CollectingDispatcher]:
    said = CollectingDispatcher()
    slots = {"language": language_of(contact)}
    tracker = Tracker(contact.id, slots, {}, [], False, None, {}, None)  # noqa: FBT003 - its order
    return Turn(said, tracker), said


def language_of(contact: Contact) -> str:
    """The language that somebody is written to in."""
    return contact.language or get_profile().default_language


def _card(
    session: Session, turn: Turn, alert: Alert, listing: Listing, moment: datetime
) -> cards.Card:
    found = watching.reasons(
        session,
        listing,
        what=alert.what,
        place=alert.place,
        contract=alert.contract,
        language=turn.language,
        country=get_profile().country,
        moment=moment,
    )
    why = cards.reason_of(turn, Hit(listing, 0.0, None, found))
    return saved.offered(session, turn, listing, why or alerts.name(turn, alerts.wish_of(alert)))


def _list(turn: Turn) -> dict[str, str]:
    return turn.button("alerts_list")


def _body(said: CollectingDispatcher) -> Body:
    [message] = said.messages
    return {name: message[name] for name in ("text", "buttons", "custom") if message.get(name)}
