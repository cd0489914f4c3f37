"""Texts of partners: markup becomes plain text, doubly encoded letters are mended."""

import html
import re

import ftfy
import nh3

_TAG = re.compile(r"<[a-zA-Z/!][^>]*>?")
_ESCAPED_TAG = re.compile(r"&lt;/?[a-zA-Z!][^&<>]{0,200}(?:&gt;|>)")
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
_KEPT = {
    "p",
    "br",
    "li",
    "div",
    "tr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "table",
    "td",
}
_BREAK = re.compile(r"<br>|</?(?:p|div|tr|h[1-6]|ul|ol|table)>")
_ITEM = re.compile(r"<li>")
_ANY = re.compile(r"<[^>]*>")
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n ?")
_BLANK = re.compile(r"\n{3,}")
# Controls, and marks that turn the direction of what comes after them.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
# UTF-8 that somebody read as Windows-1252 and wrote again: é is Ã©, ا is Ø§, ’ is â€™.
_TWICE = re.compile("[ÃÂØÙÛ][\x80-\xbfŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™¡-¿]|â€")
_LOST = re.compile(r"^\?{2,}\s*")
_DEPTH = 3


def plain_text(text: str) -> str:
    """Text of one or more paragraphs, without markup, scripts, styles or control characters."""
    for _ in range(_DEPTH):
        if not (_TAG.search(text) or _ESCAPED_TAG.search(text)):
            break
        text = _stripped(text if _TAG.search(text) else html.unescape(text))
    if _ENTITY.search(text):
        text = html.unescape(text)
    return _tidy(text)


def line(text: str) -> str:
    """The same as one line."""
    return " ".join(plain_text(text).split())


def _stripped(text: str) -> str:
    text = nh3.clean(text, tags=_KEPT, attributes={}, link_rel=None)
    text = _ITEM.sub("\n- ", _BREAK.sub("\n", text))
    return html.unescape(_ANY.sub(" ", text))


def _tidy(text: str) -> str:
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    text = _LINES.sub("\n", _SPACES.sub(" ", text))
    return _BLANK.sub("\n\n", text).strip()


def mended(text: str) -> tuple[str, list[str]]:
    """The text with doubly encoded letters mended, and a word on each kind of mending."""
    notes = []
    if _TWICE.search(text) and (fixed := ftfy.fix_encoding(text)) != text:
        text = fixed
        notes.append("letters that were encoded twice are mended")
    if _LOST.match(text):
        text = _LOST.sub("", text)
        notes.append("question marks in place of lost signs are left out")
    return text, notes


def shortened(text: str, most: int) -> str:
    """At most `most` characters, cut at a word where there is one, with an ellipsis."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    head, space, _ = cut.rpartition(" ")
    return (head if space and len(head) > most // 2 else cut).rstrip(" ,;:.-") + "…"


def caught(pattern: str, text: str) -> str | None:
    """What the brackets of `pattern` catch in `text`; None when it is not like it."""
    found = re.search(pattern, text)
    return found[1].strip() if found and found[1] else None
