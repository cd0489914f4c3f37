"""One listing as a file tells it: YAML, JSON, JSON Lines or CSV with the same names."""

from datetime import date, timedelta
from typing import Annotated, Any, Self

from babel import Locale
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from catalogue.models import Contract, Kind
from catalogue.request import is_online
from catalogue.text import is_arabic

LANGUAGES = ("en", "fr", "ar")
SHORT, LONG, _MOST_DAYS = 255, 20_000, 3660

Line = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=SHORT, pattern=r"^[^\x00-\x1f]+$"
    ),
]
Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONG, pattern=r"^[^\x00]+$"),
]
Days = Annotated[int, Field(ge=-_MOST_DAYS, le=_MOST_DAYS)]


def _known_language(texts: dict[str, str]) -> dict[str, str]:
    if strange := set(texts) - set(LANGUAGES):
        raise ValueError(f"languages are {', '.join(LANGUAGES)}, not {', '.join(sorted(strange))}")
    return texts


def _known_country(code: str) -> str:
    if code not in Locale("en").territories:
        raise ValueError(f"no country has the ISO 3166 code {code!r}")
    return code


def _words(value: Any) -> Any:  # noqa: ANN401 - whatever the file holds
    return (
        [word.strip() for word in value.split("|") if word.strip()]
        if isinstance(value, str)
        else value
    )


Texts = Annotated[dict[str, Text], AfterValidator(_known_language)]
Lines = Annotated[dict[str, Line], AfterValidator(_known_language)]
Words = Annotated[list[Line], BeforeValidator(_words)]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$"), AfterValidator(_known_country)]
Url = Annotated[
    str, StringConstraints(max_length=2000, pattern=r"^(https?://\S+|mailto:\S+|tel:\S+)$")
]


class ListingIn(BaseModel):
    """One listing. Unknown names are errors.

    Texts are a mapping by language, or one string in `language`. Days are absolute (`posted_on`)
    or counted from the day of loading (`posted_days_ago`, `starts_in_days` ...), not both. Lists
    may be one string with `|` between the words, as in CSV. Either `occupation` (words in any of
    the three languages) or `occupation_code` (ESCO, ISCO group); `place` may be "online".
    """

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    id: Line
    kind: Kind
    title: Lines
    language: str | None = Field(None, pattern="^(en|fr|ar)$")
    summary: Texts = {}
    organisation: Line | None = None
    occupation: Line | None = None
    occupation_code: Line | None = None
    place: Line | None = None
    country: Country | None = None
    contract: Contract | None = None
    topics: Words = []
    languages: Words = []
    salary: Line | None = None
    url: Url | None = None
    apply: Texts = {}
    posted_days_ago: Days | None = None
    expires_in_days: Days | None = None
    starts_in_days: Days | None = None
    ends_in_days: Days | None = None
    posted_on: date | None = None
    expires_on: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    date_text: Lines = {}
    to_be_confirmed: Words = []
    hosts: Lines = {}
    audience: Lines = {}
    demo: bool = False

    @model_validator(mode="before")
    @classmethod
    def _texts(cls, raw: Any) -> Any:  # noqa: ANN401 - whatever the file holds
        if not isinstance(raw, dict):
            return raw
        raw = {key: value for key, value in raw.items() if value not in (None, "")}
        for name in ("title", "summary", "apply", "date_text", "hosts", "audience"):
            if isinstance(raw.get(name), str):
                raw[name] = {_language_of(raw, raw[name]): raw[name]}
        return raw

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not self.title:
            raise ValueError("title: none given")
        if self.occupation and self.occupation_code:
            raise ValueError("occupation and occupation_code: one of them is enough")
        if self.language and self.language not in self.title:
            raise ValueError(f"title: none in {self.language}, the language of the original")
        for one, other in _PAIRS:
            if getattr(self, one) is not None and getattr(self, other) is not None:
                raise ValueError(f"{one} and {other}: one of them is enough")
        day = date(2000, 1, 1)
        start, end = self.starts(day), self.ends(day)
        absolute = (self.starts_on is None) == (self.ends_on is None)
        if start and end and absolute and end < start:
            raise ValueError("it ends before it starts")
        return self

    @property
    def original_language(self) -> str:
        """The language of the original text."""
        return self.language or next(iter(self.title))

    @property
    def place_is_online(self) -> bool:
        """Whether `place` says that it is no place."""
        return is_online(self.place)

    @property
    def online(self) -> bool:
        """Whether it takes place over the net."""
        return self.place_is_online

    def posted(self, today: date) -> date | None:
        """The day it was posted."""
        return self.posted_on or _day(
            today, -self.posted_days_ago if self.posted_days_ago is not None else None
        )

    def expires(self, today: date) -> date | None:
        """The last day on which it shows."""
        return self.expires_on or _day(today, self.expires_in_days)

    def starts(self, today: date) -> date | None:
        """Its first day."""
        return self.starts_on or _day(today, self.starts_in_days)

    def ends(self, today: date) -> date | None:
        """Its last day."""
        return self.ends_on or _day(today, self.ends_in_days)


_PAIRS = (
    ("posted_on", "posted_days_ago"),
    ("expires_on", "expires_in_days"),
    ("starts_on", "starts_in_days"),
    ("ends_on", "ends_in_days"),
)


def _day(today: date, days: int | None) -> date | None:
    return None if days is None else today + timedelta(days=days)


def _language_of(raw: dict[str, Any], text: str) -> str:
    # English and French are not told apart by guessing: the file says which it is.
    title = raw.get("title")
    known = list(title) if isinstance(title, dict) and len(title) == 1 else []
    language = raw.get("language") or ("ar" if is_arabic(text) else next(iter(known), None))
    if not isinstance(language, str):
        raise ValueError("language: say which one the texts are in")  # noqa: TRY004
    return language
