"""What the buttons under a message carry, in the 64 bytes that Telegram has for it.

A button of a question goes once it was used; one of a card acts on its listing and stays. A
payload that is too long is told by its digest: it stands in the reply that showed the button, and
the person's history finds it again. What is found nowhere is an old button.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.fitting import shortened
from bot.incoming import is_payload
from bot.messages import Body, Exchange

_QUESTION, _CARD = "q", "c"
_LONG = "#"
_BYTES = 64
_TITLE = 64  # characters; more is cut off on every screen
_MOST = 100
_COLUMNS = {1: _TITLE, 2: 17, 3: 10}
"""How long the titles of so many buttons side by side may be to be read on a small telephone."""

Button = dict[str, str]
"""A button as the dialogue gives it: title and payload."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What a pressed button carries: a payload, or the digest of one that was too long.

    `stays`: it belongs to a card, and may be pressed again.
    """

    stays: bool
    payload: str | None = None
    digest: str | None = None


def carried(data: str) -> Carried | None:
    """What is in a button's data; None for data that we do not write, or no longer."""
    kind, rest = data[:1], data[1:]
    if kind not in {_QUESTION, _CARD}:
        return None
    if rest.startswith(_LONG):
        return Carried(kind == _CARD, digest=rest[1:])
    return Carried(kind == _CARD, payload=rest) if is_payload(rest) else None


def digest(text: str) -> str:
    """A short name for a text."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:24]


def found(exchanges: Sequence[Exchange], wanted: str) -> str | None:
    """The payload with this digest that was shown last; None if none was."""
    bodies = (body for exchange in reversed(exchanges) for body in exchange.bodies)
    payloads = (button["payload"] for body in bodies for button in _all(body))
    return next((payload for payload in payloads if digest(payload) == wanted), None)


def _all(body: Body) -> Iterator[Button]:
    yield from body.get("buttons") or ()
    for card in (body.get("custom") or {}).get("cards") or ():
        yield from card.get("buttons") or ()


def rows(buttons: Sequence[Button], *, card: int | None = None) -> list[list[InlineKeyboardButton]]:
    """Buttons in rows, as many side by side as can be read.

    Args:
        buttons: the buttons.
        card: the number of the card that they belong to; None for those of a question.
    """
    made = [_button(button, card) for button in buttons]
    if card is not None:  # which stands first matters less than a short keyboard
        made.sort(key=lambda button: len(button.text) > _COLUMNS[2])
    packed: list[list[InlineKeyboardButton]] = []
    for button in made:
        if packed and _fits([*packed[-1], button]):
            packed[-1].append(button)
        else:
            packed.append([button])
    return packed


def _fits(row: list[InlineKeyboardButton]) -> bool:
    room = _COLUMNS.get(len(row), 0)
    return all(len(button.text) <= room for button in row)


def _button(button: Button, card: int | None) -> InlineKeyboardButton:
    title = button["title"] if card is None else f"{card}. {button['title']}"
    kind, payload = _QUESTION if card is None else _CARD, button["payload"]
    data = f"{kind}{payload}"
    if len(data.encode()) > _BYTES:
        data = f"{kind}{_LONG}{digest(payload)}"
    return InlineKeyboardButton(shortened(title, _TITLE), callback_data=data)


def keyboard(buttons: list[list[InlineKeyboardButton]]) -> InlineKeyboardMarkup | None:
    """Rows as a keyboard; None for none. What Telegram has no room for is left out."""
    kept, count = [], 0
    for row in buttons:
        count += len(row)
        if count > _MOST:
            break
        kept.append(row)
    return InlineKeyboardMarkup(kept) if kept else None


def after_use(shown: InlineKeyboardMarkup) -> InlineKeyboardMarkup | None:
    """What stays of a keyboard once a question was answered: the buttons of cards."""
    stay = [
        [button for button in row if str(button.callback_data).startswith(_CARD)]
        for row in shown.inline_keyboard
    ]
    return keyboard([row for row in stay if row])


def title_of(shown: InlineKeyboardMarkup | None, data: str) -> str | None:
    """What the button with this data says."""
    for row in shown.inline_keyboard if shown else ():
        for button in row:
            if button.callback_data == data:
                return button.text
    return None
