"""Makes Rasa responses of replies/*.yml, so that all three languages of a reply stand together.

A reply `greet` with `en`, `fr` and `ar` becomes the response `utter_greet` with a variation for
each language, chosen by the slot `language`, and the default language once more without a
condition: nobody is ever left without an answer. Two domain files with the same response key
would silently lose one language; here a key that stands twice is an error with both file names.
"""

import os
import re
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml
from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.exceptions import RasaException
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.training_data.training_data import TrainingData

from dialogue.components import ROOT

_UTTERED = re.compile(r"action: (utter_\S+)")
_NOT_LANGUAGES = {"buttons", "image"}
_TELEPHONE = re.compile(r"\+?\d[\d .-]{4,}\d")


class ReplyError(RasaException):
    """A reply cannot be used; the text names the file and the key."""


class RepliesImporter(TrainingDataImporter):
    """Adds the replies to the domain; config.yml names it among the importers.

    Args:
        replies: folder of the replies, relative to the project.
        named_in: folder of the rules; only what they name, and the FAQ, becomes a response.
    """

    def __init__(
        self,
        config_file: str | None = None,
        domain_path: str | None = None,
        training_data_paths: Any | None = None,
        replies: str = "replies",
        named_in: str | None = None,
        **kwargs: Any,
    ) -> None:
        self.replies = ROOT / replies
        self.named_in = ROOT / named_in if named_in else None

    def get_domain(self) -> Domain:
        """A domain of nothing but responses."""
        replies, buttons = read_replies(self.replies)
        profile, default = read_profile()
        responses = {
            f"utter_{key}": _variations(reply, buttons, profile, default)
            for key, reply in replies.items()
            if self._says(key)
            and all(
                isinstance(reply[language], str)
                for language in reply
                if language not in _NOT_LANGUAGES
            )
        }
        return Domain.from_dict({"responses": responses})

    def _says(self, key: str) -> bool:
        # What only the actions or the edge say would swell the domain, and Rasa's validation
        # would complain of it line by line.
        return self.named_in is None or key.startswith("faq/") or f"utter_{key}" in self._named

    @cached_property
    def _named(self) -> set[str]:
        files = self.named_in.rglob("*.yml") if self.named_in else ()
        return {name for path in files for name in _UTTERED.findall(path.read_text("utf-8"))}

    def get_stories(self, exclusion_percentage: int | None = None) -> StoryGraph:
        """None: the stories come from Rasa's own importer."""
        return StoryGraph([])

    def get_config(self) -> dict[str, Any]:
        """None."""
        return {}

    def get_config_file_for_auto_config(self) -> str | None:
        """None."""
        return None

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """None: the examples come from Rasa's own importer."""
        return TrainingData()


def read_replies(folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """All replies by key, and the buttons by key.

    Raises:
        ReplyError: a key stands in two files, or a file is no mapping.
    """
    found: dict[str, Any] = {}
    where: dict[str, str] = {}
    for path in sorted(folder.glob("*.yml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        if not isinstance(content, dict):
            raise ReplyError(f"{path.name}: not a mapping of reply keys")
        for key, reply in content.items():
            name = f"{path.stem}:{key}" if path.stem == "buttons" else key
            if name in found:
                raise ReplyError(f"{path.name}: {key} stands in {where[name]} too")
            found[name], where[name] = reply, path.name
    buttons = {k.split(":", 1)[1]: found.pop(k) for k in list(found) if k.startswith("buttons:")}
    return found, buttons


@lru_cache(maxsize=1)
def read_profile() -> tuple[dict[str, Any], str]:
    """The deployment's profile and its default language."""
    path = ROOT / (os.environ.get("PROFILE") or "profile.yml")
    profile = yaml.safe_load(path.read_text(encoding="utf-8"))
    return profile, profile["default_language"]


def _variations(
    reply: dict[str, Any], buttons: dict[str, Any], profile: dict[str, Any], default: str
) -> list[dict[str, Any]]:
    variations = []
    for language in (k for k in reply if k not in _NOT_LANGUAGES):
        variation = _variation(reply, language, buttons, profile)
        condition = [{"type": "slot", "name": "language", "value": language}]
        variations.append({**variation, "condition": condition})
        if language == default:
            variations.append(variation)
    return variations


def _variation(
    reply: dict[str, Any], language: str, buttons: dict[str, Any], profile: dict[str, Any]
) -> dict[str, Any]:
    variation: dict[str, Any] = {"text": _filled(reply[language], language, profile)}
    if reply.get("buttons"):
        variation["buttons"] = [
            {"title": buttons[key][language], "payload": _verbatim(buttons[key]["payload"])}
            for key in reply["buttons"]
        ]
    return variation


def _verbatim(text: str) -> str:
    # Rasa fills {…} with slots, and logs an error with all that led to it where there is none.
    return text.replace("{", "{{").replace("}", "}}")


def _filled(text: str, language: str, profile: dict[str, Any]) -> str:
    # Only the profile's own words are filled here; what an action says stays a placeholder.
    for name, value in profile.items():
        words = value.get(language, "") if isinstance(value, dict) else value
        # Groups of digits change places in Arabic text unless they are told to run left to right.
        ordered = _TELEPHONE.sub("\u2066\\g<0>\u2069", str(words))
        text = text.replace("{" + name + "}", ordered)
    return text.strip()
