"""Language identification: by variety and length, beside langdetect alone."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory
from langdetect.lang_detect_exception import LangDetectException

from tawjih.report.measured import Measured, by, share, variety

LANGUAGES = ("en", "fr", "ar")
# Words: one, two, three to five, more; and the two last together.
LENGTHS = ((1, 1), (2, 2), (3, 5), (6, 10_000), (3, 10_000))


@dataclass(frozen=True, slots=True)
class Cell:
    """Messages of a variety and length: how many, and the share whose language was told right."""

    count: int
    ours: float
    langdetect: float


def table(measured: Sequence[Measured]) -> dict[str, list[Cell]]:
    """A row a variety, a cell a length of `LENGTHS`; each message the first of its conversation."""
    return {name: list(_row(group)) for name, group in by(measured, variety).items()}


def _row(group: list[Measured]) -> Iterator[Cell]:
    for least, most in LENGTHS:
        cut = [one for one in group if least <= one.words <= most]
        ours = share(one.found["language"] == one.example.language for one in cut)
        theirs = share(langdetect(one.example.text) == one.example.language for one in cut)
        yield Cell(len(cut), ours, theirs)


def confusion(measured: Iterable[Measured]) -> dict[str, list[int]]:
    """{variety: how often each of `LANGUAGES` was chosen}, at three words or more."""
    rows = by([one for one in measured if one.words >= LENGTHS[2][0]], variety)
    counted = {name: Counter(m.found["language"] for m in group) for name, group in rows.items()}
    return {name: [counts[code] for code in LANGUAGES] for name, counts in counted.items()}


@cache
def langdetect(text: str) -> str:
    """What langdetect says when it need only choose among ours; empty where it cannot say."""
    detector = _factory().create()  # type: ignore[no-untyped-call]
    detector.append(text)
    try:
        return str(detector.detect())
    except LangDetectException:
        return ""


@cache
def _factory() -> DetectorFactory:
    # It draws random n-grams: without a seed the same message gets other answers.
    DetectorFactory.seed = 0
    factory = DetectorFactory()  # type: ignore[no-untyped-call]
    folder = Path(PROFILES_DIRECTORY)
    profiles = [(folder / code).read_text("utf-8") for code in LANGUAGES]
    factory.load_json_profile(profiles)  # type: ignore[no-untyped-call]
    return factory
