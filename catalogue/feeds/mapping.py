"""From a row as a publisher wrote it to a listing as a file of ours would tell it.

Every field of the row must be mapped or ignored by the feed; what is left over is reported. No
mandatory field has a default: a row without one is rejected.
"""

import importlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from typing import Any

from catalogue.feeds import texts
from catalogue.feeds.dates import near_day
from catalogue.feeds.feed import Feed
from catalogue.feeds.readers.tables import nested
from catalogue.feeds.spec import TEXTS, Spec
from catalogue.feeds.words import contracts, countries, rome_groups
from catalogue.listing_in import LONG, SHORT
from catalogue.text import is_arabic, normalise
from errors import DataError

Fields = dict[str, list[Any]]
_DEEPEST = 40
_DAYS = ("posted_on", "expires_on", "starts_on", "ends_on")
_LISTS = ("topics", "languages", "to_be_confirmed")
_EMPTY = ("", None)
_WHOLE = re.compile(r"(?<=\d)\.0+$")  # 33000.000 is 33000 in a sentence
_NOTHING = frozenset({"#n/a", "#ref!", "#value!", "#name?", "null", "none", "nan", "n/a", "n.c."})


@dataclass(slots=True)
class Mapped:
    """A listing in the words of `ListingIn`, what was mended in it, and fields nobody reads."""

    raw: dict[str, Any]
    notes: list[str] = field(default_factory=list)
    leftovers: list[str] = field(default_factory=list)


def flatten(row: Any, path: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:  # noqa: ANN401
    """(dotted path, value) of each field of `row` that holds something; lists add no step.

    Raises:
        DataError: it is nested too deep to be meant.
    """
    if depth > _DEEPEST:
        raise DataError(f"nested more than {_DEEPEST} deep")
    if isinstance(row, dict):
        for key, value in row.items():
            yield from flatten(value, f"{path}.{key}" if path else str(key), depth + 1)
    elif isinstance(row, list | tuple):
        for value in row:
            yield from flatten(value, path, depth + 1)
    else:
        value = row.strip() if isinstance(row, str) else row
        if value not in _EMPTY:
            yield path, value


class Mapper:
    """Maps the rows of one run of `feed` at `today`."""

    def __init__(self, feed: Feed, today: date) -> None:
        self._feed = feed
        self._today = today
        self._prepare = _preparation(feed.mapper)
        self._read = {path for spec in feed.mapping.values() for path in spec.paths()}
        self._words = {
            target: {normalise(word): meant for word, meant in words.items()}
            for target, words in feed.words.items()
        }
        self._is_ignored = lru_cache(10_000)(self._matches)

    def map(self, row: Any) -> Mapped:  # noqa: ANN401 - whatever the file holds
        """The listing of `row`.

        Raises:
            DataError: the row cannot be used; the reason names the field.
        """
        if not isinstance(row, dict):
            raise DataError(f"row: not fields with names but {str(row)[:40]!r}")
        if not self._feed.mapping:
            return self._as_it_is(row)
        fields: Fields = {}
        for path, value in flatten(self._prepare(row, self._today)):
            fields.setdefault(path, []).append(value)
        self._skip(fields)
        mapped = Mapped({}, leftovers=self.leftovers(fields))
        for target, spec in self._feed.mapping.items():
            self._put(mapped, target, spec, fields)
        self._complete(mapped.raw)
        return mapped

    def leftovers(self, fields: Fields | dict[str, str]) -> list[str]:
        """The fields that are neither mapped nor ignored."""
        return [path for path in fields if path not in self._read and not self._is_ignored(path)]

    def _matches(self, path: str) -> bool:
        patterns = (one for many in self._feed.ignore.values() for one in many)
        skipped = path in self._feed.skip
        return skipped or any(fnmatchcase(path, one) for one in patterns)

    def _as_it_is(self, row: dict[str, Any]) -> Mapped:
        mapped = Mapped(nested(dict(row)))
        for name in (*TEXTS, "organisation", "salary", "place"):
            if name in mapped.raw:
                mapped.raw[name] = _cleaned(name, mapped.raw[name], mapped.notes)
        return mapped

    def _skip(self, fields: Fields) -> None:
        for path, words in self._feed.skip.items():
            for value in fields.get(path, ()):
                if str(value) in words:
                    raise DataError(f"{path} is {value}: the publisher says not to show it")

    def _complete(self, raw: dict[str, Any]) -> None:
        raw.setdefault("language", _language(raw.get("title"), self._feed.language))
        if self._feed.kind:
            raw.setdefault("kind", self._feed.kind.value)
        if self._feed.country and "place" in self._feed.mapping:
            raw.setdefault("country", self._feed.country)

    def _put(self, mapped: Mapped, target: str, spec: Spec, fields: Fields) -> None:
        if spec.languages:
            texts_of = {code: _values(one, fields) for code, one in spec.languages.items()}
            found: Any = {code: values[0] for code, values in texts_of.items() if values}
        elif not (values := _values(spec, fields)):
            return
        elif target in _LISTS:
            found = values
        else:
            found = values[0]
            self._tell_others(mapped, spec, values)
        if found not in (None, {}, []):
            self._convert(mapped, target, found)

    def _tell_others(self, mapped: Mapped, spec: Spec, values: list[Any]) -> None:
        if spec.path and len(set(map(str, values))) > 1:
            mapped.leftovers.append(f"{spec.path} (after the first)")

    def _convert(self, mapped: Mapped, target: str, value: Any) -> None:  # noqa: ANN401
        if target in self._words and isinstance(value, str):
            value = self._words[target].get(normalise(value), value)
        if target in _DAYS:
            self._day(mapped, target, value)
        elif target == "contract":
            self._contract(mapped, str(value))
        elif target == "country":
            mapped.raw[target] = _country(str(value))
        elif target == "occupation_code":
            mapped.raw[target] = str(value)
        else:
            mapped.raw[target] = _cleaned(target, value, mapped.notes)

    def _day(self, mapped: Mapped, target: str, value: Any) -> None:  # noqa: ANN401
        try:
            day, note = near_day(value, self._today)
        except ValueError as error:
            # Of all days, one can be left out without misleading anybody: when it was posted.
            if target != "posted_on":
                raise DataError(f"{target}: {error}") from None
            mapped.notes.append(f"{target}: {error}; left out")
            return
        if target == "posted_on" and day > self._today:
            day, note = self._today, f"{value!r} is still to come, read as today"
        mapped.raw[target] = day.isoformat()
        if note:
            mapped.notes.append(f"{target}: {note}")

    def _contract(self, mapped: Mapped, value: str) -> None:
        if found := contracts().get(normalise(value)):
            mapped.raw["contract"] = found
        else:
            mapped.leftovers.append(f"contract {value!r}")


def _language(title: Any, usual: str) -> str:  # noqa: ANN401
    if isinstance(title, dict):
        return usual if usual in title else next(iter(title), usual)
    return "ar" if is_arabic(str(title)) else usual


def _country(value: str) -> str:
    found = countries().get(normalise(value))
    if found is None:
        raise DataError(f"country: nothing is known by {value!r}")
    return found


def _values(spec: Spec, fields: Fields) -> list[Any]:
    values = [one for one in _found(spec, fields) if one not in _EMPTY]
    if spec.split is not None:
        values = [part.strip() for one in values for part in str(one).split(spec.split)]
        values = [one for one in values if one]
    if spec.match is not None:
        values = [one for value in values if (one := texts.caught(spec.match, str(value)))]
    if spec.words is not None:
        words = _normalised(tuple(spec.words.items()))
        values = [one for value in values if (one := words.get(normalise(str(value))))]
    if spec.table:
        values = [one for value in values if (one := rome_groups().get(str(value).upper()))]
    return values


def _found(spec: Spec, fields: Fields) -> list[Any]:
    if spec.path:
        return [v for v in fields.get(spec.path, []) if str(v).casefold() not in _NOTHING]
    if spec.first is not None:
        return next((got for one in spec.first if (got := _values(one, fields))), [])
    if spec.join is not None:
        parts = [str(value) for one in spec.join for value in _values(one, fields)]
        return [spec.with_.join(dict.fromkeys(parts))]
    if spec.text is not None:
        gaps = {name: fields.get(name) for name in spec.gaps}
        return [] if not all(gaps.values()) else [_filled(spec.text, gaps)]
    return [spec.always]


def _filled(text: str, gaps: dict[str, Any]) -> str:
    for name, values in gaps.items():
        text = text.replace("{" + name + "}", _WHOLE.sub("", str(values[0])))
    return text


def _cleaned(target: str, value: Any, notes: list[str]) -> Any:  # noqa: ANN401
    """`value` as `target` wants it; lists and texts by language part by part."""
    if isinstance(value, dict):
        return {key: _cleaned(target, one, notes) for key, one in value.items()}
    if isinstance(value, list):
        return [_cleaned(target, one, notes) for one in value]
    if value is None or isinstance(value, bool | int | float):
        return value if target != "id" else str(value)
    text, mended = texts.mended(str(value))
    notes += [f"{target}: {note}" for note in mended]
    long = target in ("summary", "apply")
    text = texts.plain_text(text) if long else texts.line(text)
    most = LONG if long else SHORT
    if len(text) > most and target not in ("id", "url"):
        notes.append(f"{target}: {len(text)} characters, shortened to {most}")
        text = texts.shortened(text, most)
    return text


@lru_cache(maxsize=256)
def _normalised(words: tuple[tuple[str, str], ...]) -> dict[str, str]:
    return {normalise(word): meant for word, meant in words}


Preparation = Callable[[dict[str, Any], date], dict[str, Any]]


@cache
def _preparation(name: str | None) -> Preparation:
    if name is None:
        return lambda row, _: row
    try:
        module = importlib.import_module(f"catalogue.feeds.mappers.{name}")
    except ModuleNotFoundError:
        raise DataError(f"mapper: there is no {name}") from None
    prepare: Preparation = module.prepare
    return prepare
