"""Renders the console's templates: Jinja2 over bot/desk, everything escaped."""

import hashlib
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_timedelta
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.desk.keys import new_token
from bot.desk.shell import words
from bot.desk.shell.navigation import NAVIGATION
from languages.formatting import file_size, locale_of
from languages.profile import Profile
from languages.registry import get_languages

FOLDER = Path(__file__).parents[1]
STATIC = FOLDER / "static"
ROOT_PATH = "/desk"


class Pages:
    """The templates with what all of them know.

    In every template: `t(key)`, `named("channel", value)` (the word `channel_<value>`, or the value
    where it has none), `day(value)` (a date in words), `moment(value)` (day and time in the
    deployment's zone), `clock(value)` (time alone), `ago(value)` (how long since, to the minute),
    `static(name)` (a file's address).
    """

    def __init__(self, profile: Profile) -> None:
        self.words = words.load(profile)
        self.profile = profile
        self._zone = ZoneInfo(profile.timezone)
        self._environment = Environment(
            loader=FileSystemLoader(FOLDER),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals |= {
            "static": _address,
            "new_token": new_token,
            "root": ROOT_PATH,
            "languages": list(get_languages().values()),
            "demonstration": profile.demo,
        }

    def render(self, template: str, language: str, **context: Any) -> str:  # noqa: ANN401
        """A template in one language. `t("key", **words)` in it gives the console's words."""
        return self._environment.get_template(template).render(
            language=language,
            direction="rtl" if get_languages()[language].rtl else "ltr",
            service=self.profile.service_name[language],
            navigation=NAVIGATION,
            t=lambda key, **given: self.words.text(key, language, **given),
            named=lambda kind, value: self._named(kind, value, language),
            moment=lambda value: self._moment(value, language, "medium"),
            day=lambda value: format_date(value, "EEEE d MMMM y", locale=locale_of(language)),
            clock=lambda value: self._moment(value, language, "time"),
            ago=lambda value: _ago(value, language),
            file_size=lambda size: file_size(size, language),
            **context,
        )

    def _named(self, kind: str, value: object, language: str) -> str:
        """The word `<kind>_<value>`; what has none stands as it is."""
        try:
            return self.words.text(f"{kind}_{value}", language)
        except KeyError:
            return str(value)

    def _moment(self, value: datetime, language: str, form: str) -> str:
        skeleton = {"medium": "d MMM y HH:mm", "time": "HH:mm"}[form]
        local = value.astimezone(self._zone)
        return format_datetime(local, skeleton, locale=locale_of(language))


def _ago(value: datetime, language: str) -> str:
    passed = value - datetime.now(UTC)
    return format_timedelta(
        passed, granularity="minute", add_direction=True, locale=locale_of(language)
    )


@cache
def _address(name: str) -> str:
    # A changed file has another address, so browsers may keep it for ever.
    mark = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"{ROOT_PATH}/static/{name}?v={mark}"
