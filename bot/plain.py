"""A message of the dialogue for platforms that show plain text and a few things to tap."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.messages import Body

Card = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Option:
    """Something to tap: what it shows, what it stands for, and a line that tells it apart."""

    title: str
    payload: str
    about: str = ""


def told(body: Body, mark: str) -> str:
    """All that a message says, each card a numbered paragraph with its link.

    Args:
        body: the dialogue's message.
        mark: stands beside what is a demonstration.
    """
    cards = _cards(body)
    if not cards:
        return str(body.get("text") or "").strip()
    heading = str(body["custom"].get("heading", body.get("text")) or "").strip()
    paragraphs = [_paragraph(number, card, mark) for number, card in enumerate(cards, 1)]
    return "\n\n".join(filter(None, (heading, *paragraphs)))


def options(body: Body, most: int) -> list[Option]:
    """What can be tapped: a line for each card, what a single card offers, the message's buttons.

    Args:
        body: the dialogue's message.
        most: so many at most; the last cards are left out first, they can be named by number.
    """
    cards, below = _cards(body), _buttons(body)
    rows = [_row(number, card) for number, card in enumerate(cards, 1)]
    above = _buttons(cards[0]) if len(cards) == 1 else rows
    named = [one for one in (*above[: max(0, most - len(below))], *below) if one and one.title]
    # What stands for the same is the same: platforms turn away two of one kind.
    return list({one.payload: one for one in reversed(named)}.values())[::-1][:most]


def picture(body: Body, public_url: str) -> str | None:
    """The address of a message's picture as a platform can fetch it; None if it has none.

    Args:
        body: the dialogue's message.
        public_url: where the public reaches the edge; empty: our own pictures cannot be fetched.
    """
    image = str(body.get("image") or "")
    if image.startswith("/") and public_url:
        image = public_url.rstrip("/") + image
    return image if image.startswith(("https://", "http://")) else None


def _cards(body: Body) -> Sequence[Card]:
    custom = body.get("custom")
    cards = custom.get("cards") if isinstance(custom, dict) else None
    return cards if isinstance(cards, list) else []


def _paragraph(number: int, card: Card, mark: str) -> str:
    title = f"{number}. {card.get('title', '')}" + (f" ({mark})" if card.get("demo") else "")
    names = ("original_title", "translated")
    lines = (title, *map(card.get, names), _facts(card), card.get("reason"), card.get("url"))
    return "\n".join(str(line) for line in lines if line)


def _facts(card: Card) -> str:
    facts = (card.get("organisation"), card.get("place"), card.get("when") or card.get("contract"))
    return " · ".join(str(fact) for fact in facts if fact)


def _row(number: int, card: Card) -> Option | None:
    # Titles are cut short: the number tells which paragraph is meant.
    buttons, title = _buttons(card), f"{number}. {card.get('title', '')}".strip()
    return Option(title, buttons[0].payload, _facts(card)) if buttons else None


def _buttons(body: Card) -> list[Option]:
    buttons = body.get("buttons") or ()
    return [Option(one["title"].strip(), one["payload"].strip()) for one in buttons]
