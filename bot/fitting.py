"""Fit a long text to a platform: broken at paragraphs, else sentences, else words."""

import re

# Where a text may be broken, the best place first.
_BREAKS = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"(?<=[.!?؟…؛])\s+"),
    re.compile(r"\s+"),
)


def parts(text: str, limit: int) -> list[str]:
    """`text` in pieces of at most `limit` characters, in order; empty for a text of spaces.

    Raises:
        ValueError: `limit` is below 1.
    """
    if limit < 1:
        raise ValueError("a piece holds at least one character")
    pieces, rest = [], text.strip()
    while len(rest) > limit:
        end = _end(rest, limit)
        pieces.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [*pieces, rest] if rest else pieces


def shortened(text: str, limit: int) -> str:
    """`text` in at most `limit` characters, the end replaced by … where it is longer."""
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def _end(text: str, limit: int) -> int:
    """Where the first piece ends: the last good place, unless that leaves it half empty."""
    for pattern in _BREAKS:
        places = [match.start() for match in pattern.finditer(text, 0, limit + 1)]
        if places and places[-1] > limit // 2:
            return places[-1]
    return limit
