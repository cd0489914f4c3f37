"""One deployment: profile.yml, typed."""

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from errors import SettingsError
from languages.registry import get_languages
from settings import get_settings

Words = dict[str, str]
Purpose = Literal["answer", "alert", "counsellor", "notice"]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Span = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$")]


class TeamOfDesk(BaseModel):
    """A team that the desk begins with; an empty list is any."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=80)
    languages: list[str] = []
    places: list[str] = []
    topics: list[str] = []


class Desk(BaseModel):
    """How counsellors work. `opening` without a day: never open; left out: always open.

    `names`: whether people are told the names of counsellors, who may each refuse it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    opening: dict[Day, list[Span]] | None = None
    holidays: list[date] = []
    vanish_minutes: int = Field(30, ge=1, le=24 * 60)
    sign_out: Literal["give_back", "keep"] = "give_back"
    idle_hours: int = Field(24, ge=1, le=24 * 30)
    names: bool = True
    teams: list[TeamOfDesk] = []

    @field_validator("opening")
    @classmethod
    def _in_order(cls, opening: dict[Day, list[str]] | None) -> dict[Day, list[str]] | None:
        for day, spans in (opening or {}).items():
            moments = [moment for span in spans for moment in span.split("-")]
            if moments != sorted(set(moments)):
                raise ValueError(f"{day}: spans overlap, or end before they begin")
        return opening


class Template(BaseModel):
    """A message that WhatsApp has approved: its name, and its language as Meta writes it.

    Its body has one variable, `{{1}}`, which holds what there is to say.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern="^[a-z0-9_]{1,512}$")
    code: str = Field(pattern="^[a-z]{2,3}(_[A-Z]{2,3})?$")


class Profile(BaseModel):
    """What differs between two services. Texts are by language code, each language present."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    demo: bool = False
    country: str = Field(pattern="^[A-Z]{2}$")
    region: Literal["maghreb", "mashreq"]
    timezone: str
    default_language: str
    accent_colour: str = Field(pattern="^#[0-9a-fA-F]{6}$")
    service_name: Words
    phone: str
    email: str
    website: str
    address: Words
    hours: Words
    help_line: Words
    help_line_hours: Words
    privacy_url: str
    desk: Desk = Desk()
    whatsapp_templates: dict[Purpose, dict[str, Template]] = {}

    @field_validator("service_name", "address", "hours", "help_line", "help_line_hours")
    @classmethod
    def _every_language(cls, words: Words) -> Words:
        missing = set(get_languages()) - set(words)
        if missing:
            raise ValueError(f"no text in {', '.join(sorted(missing))}")
        return words

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError):
            raise ValueError(f"{name} is no time zone") from None
        return name

    @model_validator(mode="after")
    def _known_language(self) -> "Profile":
        if self.default_language not in get_languages():
            raise ValueError(f"default_language: {self.default_language} is not in languages.yml")
        return self

    @field_validator("whatsapp_templates")
    @classmethod
    def _known_languages(
        cls, templates: dict[Purpose, dict[str, Template]]
    ) -> dict[Purpose, dict[str, Template]]:
        unknown = {code for named in templates.values() for code in named} - set(get_languages())
        if unknown:
            raise ValueError(f"{', '.join(sorted(unknown))}: not in languages.yml")
        return templates

    def whatsapp_template(self, purpose: str, language: str) -> Template | None:
        """The approved template for a purpose in a language; None if there is none."""
        named = {str(name): templates for name, templates in self.whatsapp_templates.items()}
        return named.get(purpose, {}).get(language)

    def words(self, language: str) -> dict[str, str]:
        """Every text of the profile in one language, as replies name them."""
        values = self.model_dump(exclude={"desk", "whatsapp_templates"})
        return {
            name: value[language] if isinstance(value, dict) else str(value)
            for name, value in values.items()
        }


def read_profile(path: Path) -> Profile:
    """Read a profile.

    Raises:
        SettingsError: naming the file and what is wrong in it.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Profile.model_validate(content)
    except FileNotFoundError:
        raise SettingsError(f"PROFILE: {path} is not there") from None
    except OSError as error:
        raise SettingsError(f"PROFILE: {path} cannot be read: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError, ValidationError) as error:
        raise SettingsError(f"{path.name}: {error}") from None


@lru_cache(maxsize=1)
def get_profile() -> Profile:
    """The profile in force."""
    return read_profile(get_settings().profile)
