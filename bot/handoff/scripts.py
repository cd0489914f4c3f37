"""Which language somebody wrote in, where nothing has recognised it."""

import re

_ARABIC = re.compile(r"[؀-ۿݐ-ݿ]")
_LETTER = re.compile(r"[^\W\d_]")


def language_of(text: str, likely: str | None) -> str | None:
    """The language of a text: by its script, else the likely one; None where they disagree.

    Arabic in Latin letters is no language that a model can read.
    """
    if _ARABIC.search(text):
        return "ar"
    if not _LETTER.search(text):
        return None
    return None if likely == "ar" else likely
