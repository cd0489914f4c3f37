"""A message that asks for a language is answered in that language.

"Répondez-moi en arabe" is French; the answer is Arabic. Runs after the intent is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from dialogue.components import LANGUAGE, ROOT
from dialogue.text import normalise, tokens

_INTENT = "change_language"
# Said up to three words before a language's name, this turns it down.
_NOT = re.compile(r"pas|not|dont|don|que|than|no|bla|sans|لا|مش|مو|ما.*ش|ma.*ch|men?fhem.*")
_REACH = 3


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class AskedLanguage(GraphComponent):
    """Sets `language` anew on messages that name the language they want."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`lexicon`: file of the words by which each language is called."""
        return {"lexicon": "data/lexicon/languages.yml"}

    def __init__(self, config: dict[str, Any]) -> None:
        content = yaml.safe_load((ROOT / config["lexicon"]).read_text(encoding="utf-8"))
        self._names = {_phrase(word): code for code, words in content.items() for word in words}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> AskedLanguage:
        """The component: nothing is learnt."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Look at the messages that ask for a language."""
        for message in messages:
            if (message.get(INTENT) or {}).get(INTENT_NAME_KEY) == _INTENT:
                asked = self.named(message.get(TEXT) or "")
                if asked:
                    message.set(LANGUAGE, asked, add_to_output=True)
        return messages

    def named(self, text: str) -> str | None:
        """The language that is asked for: the last one named, unless it is the one refused.

        "Arabic, I don't understand French" and "plutôt l'arabe que le français" ask for Arabic.
        """
        words = _phrase(text).split()
        wanted, after = None, 0
        for position, code in self._mentions(words):
            if not _refused(words[max(after, position - _REACH) : position]):
                wanted = code
            after = position + 1
        return wanted

    def _mentions(self, words: list[str]) -> Iterator[tuple[int, str]]:
        for position in range(len(words)):
            for length in (2, 1):
                code = self._names.get(" ".join(words[position : position + length]))
                if code:
                    yield position, code
                    break


def _refused(before: list[str]) -> bool:
    return any(_NOT.fullmatch(word) for word in before)


def _phrase(text: str) -> str:
    return " ".join(token.norm for token in tokens(normalise(text)))
