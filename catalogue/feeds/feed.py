"""A feed as its YAML file tells it: where it comes from, how it is read, what is to be expected."""

import hashlib
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

import yaml
from apscheduler.triggers.cron import CronTrigger
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from catalogue.feeds.spec import LISTING_FIELDS, Spec, as_specs
from catalogue.models import Kind
from errors import DataError
from settings import get_settings

SHIPPED = Path(__file__).parent
Format = Literal[
    "csv", "xlsx", "json", "jsonl", "yaml", "xml", "rss", "ical", "jsonld", "france_travail"
]
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,62}")
Name = Annotated[str, StringConstraints(pattern=f"^{_NAME.pattern}$")]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s@]+$", max_length=2000)]
_MOST_YAML = 1_000_000


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Bounds(_Strict):
    """How many usable listings are believed. `share` is of the usual count, 0 to 1."""

    least: int = Field(1, ge=0)
    most: int | None = Field(None, ge=1)
    share: float = Field(0.5, ge=0, le=1)


class Api(_Strict):
    """Search by pages with OAuth2 client credentials, as France Travail's offers API asks for.

    `each` repeats the search for every value of its parameters: one search shows no more than
    `last` + 1 offers. `per_second` bounds the requests.
    """

    token_url: Url
    client_id: SecretStr = SecretStr("")
    client_secret: SecretStr = SecretStr("")
    scope: str
    parameters: dict[str, str] = {}
    each: dict[str, list[str]] = {}
    page: int = Field(150, ge=1, le=150)
    last: int = Field(3149, ge=0)
    per_second: float = Field(10, gt=0)


class Feed(_Strict):
    """One feed. `ignore` tells by reason which fields are not wanted; `skip` which rows.

    `private` allows an address in the service's own network; `most_mb` bounds a file, unpacked.
    """

    name: Name
    publisher: str
    licence: str
    credit: str | None = None
    format: Format
    language: str = Field(pattern="^(en|fr|ar)$")
    kind: Kind | None = None
    country: str | None = Field(None, pattern="^[A-Z]{2}$")
    url: Url | None = None
    file: Path | None = None
    headers: dict[str, SecretStr] = {}
    api: Api | None = None
    items: str = ""
    encoding: str | None = None
    delimiter: str | None = Field(None, min_length=1, max_length=1)
    sheet: str | None = None
    schedule: str | None = None
    private: bool = False
    most_mb: int = Field(1024, ge=1)
    bounds: Bounds = Bounds()
    mapper: Name | None = None
    mapping: dict[str, Spec]
    words: dict[str, dict[str, str]] = {}
    ignore: dict[str, list[str]] = {}
    skip: dict[str, list[str]] = {}

    @field_validator("mapping", mode="before")
    @classmethod
    def _specs(cls, mapping: Any) -> Any:  # noqa: ANN401 - whatever the file holds
        return as_specs(mapping)

    @field_validator("schedule")
    @classmethod
    def _cron(cls, schedule: str | None) -> str | None:
        if schedule is not None:
            CronTrigger.from_crontab(schedule, timezone=ZoneInfo("UTC"))
        return schedule

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.url and self.file:
            raise ValueError("url and file: one of them is enough")
        if strange := set(self.mapping) - LISTING_FIELDS:
            raise ValueError(f"mapping: a listing has no {', '.join(sorted(strange))}")
        if self.mapping and not {"id", "title"} <= set(self.mapping):
            raise ValueError("mapping: id and title are mandatory")
        if self.kind is None and self.mapping and "kind" not in self.mapping:
            raise ValueError("kind: say what the listings are, or map it")
        if (self.format == "france_travail") != (self.api is not None):
            raise ValueError("api: for france_travail, and only there")
        return self

    @property
    def fetches(self) -> bool:
        """Whether it says itself where its listings come from."""
        return bool(self.url or self.file)

    @property
    def definition(self) -> str:
        """A hash of what the YAML says, secrets left out."""
        told = json.dumps(self.model_dump(mode="json"), sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()


def own_folder() -> Path:
    """Where a deployment keeps feeds of its own, and addresses and secrets of shipped ones."""
    return get_settings().tawjih_home / "feeds"


def feed_names(own: Path | None = None) -> list[str]:
    """Every feed that ships or that the deployment has of its own, sorted."""
    folders = (SHIPPED, own or own_folder())
    return sorted({path.stem for folder in folders for path in folder.glob("*.yml")})


def read_feed(name: str, own: Path | None = None) -> Feed:
    """The feed `name`.

    A deployment's own file may hold a whole feed, change keys of the shipped one of the same name,
    or change keys of another (`like: <name>`, of a shipped one as it ships).

    Raises:
        DataError: there is none, or its file is wrong; names the file and the field.
    """
    if not _NAME.fullmatch(name):
        raise DataError(f"{name}: no feed of this name")
    own = own or own_folder()
    shipped, mine = _load(SHIPPED / f"{name}.yml"), _load(own / f"{name}.yml")
    if shipped is None and mine is None:
        raise DataError(f"{name}: no feed of this name")
    told = _whole(_over(shipped or {}, mine or {}), own, (name,))
    try:
        return Feed.model_validate(told | {"name": name})
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, e['loc'])) or 'feed'}: {e['msg']}" for e in error.errors()]
        raise DataError(f"{name}.yml: {'; '.join(lines)}") from None


def _whole(told: dict[str, Any], own: Path, above: tuple[str, ...]) -> dict[str, Any]:
    """What a file says, on top of what the feed says that it is like."""
    like = told.get("like")
    if like is None:
        return told
    name = str(like)
    # The shipped feed as it ships: addresses and keys that the deployment gave it are its alone.
    shipped = _load(SHIPPED / f"{name}.yml") if _NAME.fullmatch(name) else None
    if shipped is None and name in above:
        raise DataError(f"{above[0]}.yml: like: leads back to itself")
    base = shipped or (_load(own / f"{name}.yml") if _NAME.fullmatch(name) else None)
    if base is None:
        raise DataError(f"{above[0]}.yml: like: {name}: no feed of this name")
    mine = {key: value for key, value in told.items() if key != "like"}
    return _over(_whole(base, own, (*above, name)), mine)


def _over(base: dict[str, Any], mine: dict[str, Any]) -> dict[str, Any]:
    """`base` changed by `mine`; of bounds and of an API's keys, one at a time."""
    inner = {
        key: base[key] | mine[key]
        for key in ("api", "bounds")
        if isinstance(base.get(key), dict) and isinstance(mine.get(key), dict)
    }
    return base | mine | inner


def _load(path: Path) -> dict[str, Any] | None:
    if not path.is_file():
        return None
    try:
        state = path.stat()
        return _parsed(path, state.st_mtime_ns, state.st_size)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise DataError(f"{path.name}: {error}") from None


@lru_cache(maxsize=256)
def _parsed(path: Path, _changed: int, size: int) -> dict[str, Any]:
    # The edge looks every minute: a file that did not change is parsed once.
    if size > _MOST_YAML:
        raise DataError(f"{path.name}: too big for a feed's YAML")
    told = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(told, dict):
        raise DataError(f"{path.name}: no mapping of keys and values")
    return told


@lru_cache(maxsize=256)
def trigger(schedule: str, timezone: str) -> CronTrigger:
    """When a feed is due; the five fields of cron, in the deployment's time zone."""
    return CronTrigger.from_crontab(schedule, timezone=ZoneInfo(timezone))
