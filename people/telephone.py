"""Telephone numbers that people write."""

import re

_NUMBER = re.compile(r"\+?[\d\s().\-/·٠-٩۰-۹]{4,24}")
_DIGITS = range(8, 16)  # of a telephone number, with or without the country's
_DATE = re.compile(r"\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4}|\d{4}[/.\-]\d{1,2}[/.\-]\d{1,2}")
# In a sentence a number begins as numbers do, so that no two years become one.
_WITHIN = re.compile(r"(?<![\d٠-٩])(?:\+|00|0|٠)[\d٠-٩](?:[\s.\-·]?[\d٠-٩]){7,14}(?![\d٠-٩])")


def number(text: str) -> str | None:
    """The telephone number that a text is, with digits 0 to 9; "" for one that is too short.

    None for what is no attempt at one, such as a date.
    """
    text = text.strip()
    if not _NUMBER.fullmatch(text) or _DATE.fullmatch(text):
        return None
    digits = "".join(str(int(sign)) for sign in text if sign.isdecimal())
    plus = "+" if text.startswith("+") else ""
    return f"{plus}{digits}" if len(digits) in _DIGITS else ""


def within(text: str) -> str | None:
    """The only telephone number that stands in a sentence; None where there are several."""
    found = {number(one.group()) for one in _WITHIN.finditer(text)}
    return found.pop() if len(found) == 1 else None
