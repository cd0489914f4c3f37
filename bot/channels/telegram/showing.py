"""A message as Telegram shows it: texts of at most 4096 characters, HTML, a keyboard, a picture."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.channels.telegram.buttons import Button, keyboard, rows
from bot.fitting import parts, shortened
from bot.messages import Body
from bot.speech import Speech

MAX_TEXT = 4096
MAX_CAPTION = 1024
_FIELD = 250  # characters of one line of a card
_MOST_CARDS = 10
_LIST = re.compile(r"^\s*1[.)]\s", re.MULTILINE)
_WEB = re.compile(r"https?://[^\s<>\"']{1,2000}")
_LEFT_TO_RIGHT, _RIGHT_TO_LEFT = "\u200e", "\u200f"
_ARABIC = re.compile(r"[\u0600-\u06ff\u0750-\u077f]")
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_NOTHING = "…"  # Telegram shows no buttons without a text


@dataclass(frozen=True, slots=True)
class Part:
    """One message of Telegram's.

    Attributes:
        html: its text, escaped, never empty.
        keyboard: what is under it.
        picture: web address of a picture above it.
    """

    html: str
    keyboard: InlineKeyboardMarkup | None = None
    picture: str | None = None


class Showing:
    """Makes Telegram's messages of ours.

    Args:
        speech: what the edge says.
        public_url: where the world reaches the edge; empty: pictures are left out.
    """

    def __init__(self, speech: Speech, public_url: str) -> None:
        self._speech = speech
        self._public_url = public_url.rstrip("/")

    def parts(self, body: Body, language: str) -> list[Part]:
        """A message in as many as it takes; the buttons are under the last.

        Args:
            body: text, buttons, image, custom, as the dialogue gives them.
            language: code of the language that it is in.
        """
        cards = _cards(body)
        texts = self._texts(body, cards, language)
        under = keyboard(_keys(body, cards))
        picture = self._picture(body)
        if not texts and (under or picture):
            texts = [_NOTHING]
        last = len(texts) - 1
        return [
            Part(text, under if at == last else None, picture if at == 0 else None)
            for at, text in enumerate(texts)
        ]

    def _texts(self, body: Body, cards: list[dict[str, Any]], language: str) -> list[str]:
        text, rtl = str(body.get("text") or ""), self._speech.rtl(language)
        if not cards:
            return _pieces(text, rtl=rtl)
        told = (body.get("custom") or {}).get("heading")
        heading = told if isinstance(told, str) else _LIST.split(text, maxsplit=1)[0]
        shown = [self._card(number, card, language) for number, card in enumerate(cards, 1)]
        return _packed([*_pieces(heading, rtl=rtl), *shown])

    def _card(self, number: int, card: dict[str, Any], language: str) -> str:
        """A card as lines: title with its link, what it was published as, where and when, why."""
        title = _line(card.get("title"))
        url = card.get("url")
        if isinstance(url, str) and _WEB.fullmatch(url):
            title = f'<a href="{escape(url)}">{title}</a>'
        mark = self._speech.body("demo_mark", language)["text"] if card.get("demo") else ""
        facts = (card.get(name) for name in ("organisation", "place"))
        when = card.get("when") or card.get("contract")
        lines = [
            f"<b>{number}. {title}</b>" + (f" ({escape(mark)})" if mark else ""),
            _line(card.get("original_title")),
            _line(card.get("translated")),
            " · ".join(filter(None, map(_line, (*facts, when)))),
            f"<i>{_line(card['reason'])}</i>" if card.get("reason") else "",
        ]
        rtl = self._speech.rtl(language)
        return "\n".join(_directed(line, rtl=rtl) for line in lines if line)

    def _picture(self, body: Body) -> str | None:
        image = body.get("image")
        if not isinstance(image, str):
            return None
        if image.startswith("/") and self._public_url.startswith("https://"):
            return f"{self._public_url}{image}"
        return image if image.startswith("https://") else None


def _cards(body: Body) -> list[dict[str, Any]]:
    cards = (body.get("custom") or {}).get("cards") or []
    return [card for card in cards if isinstance(card, dict)][:_MOST_CARDS]


def _keys(body: Body, cards: list[dict[str, Any]]) -> list[list[InlineKeyboardButton]]:
    """The buttons of the cards, each set with its card's number, then those of the message."""
    keys: list[list[InlineKeyboardButton]] = []
    for number, card in enumerate(cards, 1):
        keys += rows(_acts(card, alone=len(cards) == 1), card=number)
    return [*keys, *rows(body.get("buttons") or [])]


def _acts(card: dict[str, Any], *, alone: bool) -> list[Button]:
    """The buttons of a card. Of several, how to apply comes with the details.

    Else the keyboard fills a small telephone, and the cards are out of sight.
    """
    shown = card.get("buttons") or []
    if alone or not any(button["payload"].startswith("/show_details") for button in shown):
        return shown
    return [button for button in shown if not button["payload"].startswith("/how_to_apply")]


def _pieces(text: str, *, rtl: bool) -> list[str]:
    """A text in as many as it takes, escaped, each line of it running as the text does."""
    directed = "\n".join(_directed(line, rtl=rtl) for line in text.splitlines())
    return [escape(piece, quote=False) for piece in parts(directed, _room(directed))]


def _directed(line: str, *, rtl: bool) -> str:
    """A line that runs as its message does, whatever it begins with.

    Telegram lets each line run as its first letter does, and does not look into isolates.
    """
    if rtl:
        return line if not line or _ARABIC.match(line) else f"{_RIGHT_TO_LEFT}{line}"
    return f"{_LEFT_TO_RIGHT}{line}" if _ARABIC.search(line) else line


def _line(value: object) -> str:
    return escape(shortened(" ".join(str(value or "").split()), _FIELD), quote=False)


def _room(text: str) -> int:
    """How many characters fit: Telegram counts those beyond the first plane twice."""
    return MAX_TEXT // 2 if _ASTRAL.search(text) else MAX_TEXT


def _packed(blocks: list[str]) -> list[str]:
    """Blocks one under the other, in as few texts as hold them, none of them broken."""
    return list(_packing(blocks))


def _packing(blocks: list[str]) -> Iterator[str]:
    text = ""
    for block in blocks:
        joined = f"{text}\n\n{block}" if text else block
        if text and _length(joined) > MAX_TEXT:
            yield text
            joined = block
        text = joined
    if text:
        yield text


def _length(html: str) -> int:
    """At most so much counts for Telegram; marks and what is escaped would count less."""
    return len(html.encode("utf-16-le")) // 2
