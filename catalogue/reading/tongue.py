"""Which of our languages a text is in: by its script, its small words, and langdetect last."""

from functools import lru_cache

from langdetect.detector_factory import DetectorFactory, detect_langs
from langdetect.lang_detect_exception import LangDetectException

from catalogue.text import normalise

DetectorFactory.seed = 0  # the same text is always in the same language
_SMALL = {
    "fr": frozenset(
        normalise(
            "le la les des du de et en un une pour vous nous sur dans avec est au aux votre notre"
            " vos nos qui que ou par plus sont chez recherche poste ce cette"
        ).split()
    ),
    "en": frozenset(
        normalise(
            "the and of to in for with you we our your is are on at will be this that an as or"
            " from have has who by not team work"
        ).split()
    ),
}
_LEAST_WORDS = 5
_LEAD = 2  # times as many small words of one language as of the other
_SURE = 0.95
_HEAD = 1500


def language_of(text: str) -> str | None:
    """en, fr or ar; None when the text is too short to say, or in another language."""
    text = text[:_HEAD]
    letters = [c for c in text if c.isalpha()]
    arabic = sum("\u0600" <= c <= "\u06ff" for c in letters)
    if arabic * 2 > len(letters):
        return "ar"
    words = normalise(text).split()
    if len(words) < _LEAST_WORDS:
        return None
    counts = {name: sum(word in small for word in words) for name, small in _SMALL.items()}
    first, second = sorted(counts, key=counts.__getitem__, reverse=True)
    if counts[first] > _LEAD and counts[first] >= _LEAD * counts[second]:
        return first
    return _detected(text)


@lru_cache(maxsize=4096)
def _detected(text: str) -> str | None:
    try:
        best = detect_langs(text)[0]
    except LangDetectException:  # nothing but digits and signs
        return None
    return str(best.lang) if best.prob >= _SURE and best.lang in (*_SMALL, "ar") else None
