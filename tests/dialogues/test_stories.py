"""The same conversations in three languages, through Rasa, actions, edge and database."""

from pathlib import Path
from uuid import uuid4

import pytest
import yaml

from tests.dialogues.replies import is_reply, plain
from tests.stack import Stack

pytestmark = pytest.mark.stack
LANGUAGES = ("fr", "en", "ar")
STORIES = [
    (path.stem, story)
    for path in sorted((Path(__file__).parent / "stories").glob("*.yml"))
    for story in yaml.safe_load(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "story", [s for _, s in STORIES], ids=[f"{f}: {s['story']}" for f, s in STORIES]
)
def test_story(stack: Stack, story: dict, language: str):
    sender = uuid4().hex
    cards: list[dict] = []
    for number, step in enumerate(story["steps"]):
        said = step["say"] if isinstance(step["say"], str) else step["say"][language]
        answer = stack.say(sender, said.format_map(_Items(cards)), language=language)
        replies = [r for r in answer if not is_reply(r["text"], "introduction", language)]
        cards = [c for r in replies for c in (r.get("custom") or {}).get("cards", [])] or cards
        where = f"step {number + 1}, {said!r}: {[plain(r['text']) for r in replies]}"
        _check(step, replies, step.get("in", language), where)


class _Items(dict):
    """{first}, {second} in a story: the id of a card shown before."""

    def __init__(self, cards: list[dict]) -> None:
        super().__init__(
            {
                name: card["id"]
                for name, card in zip(("first", "second", "third"), cards, strict=False)
            }
        )

    def __missing__(self, name: str) -> str:
        return "{" + name + "}"


def _check(step: dict, replies: list[dict], language: str, where: str) -> None:
    texts = [reply["text"] for reply in replies]
    expected = step.get("replies", [])
    assert texts, where
    assert not expected or len(texts) == len(expected), where
    for text, keys in zip(texts, expected, strict=False):
        named = keys if isinstance(keys, list) else [keys]
        assert any(is_reply(text, key, language) for key in named), f"{keys} in {where}"
    shown = [c for r in replies for c in (r.get("custom") or {}).get("cards", [])]
    if "cards" in step:
        assert bool(shown) is step["cards"], where
    for field, value in step.get("each", {}).items():
        assert shown, where
        assert all(card.get(field) == value for card in shown), (shown, where)
    for field, value in step.get("first", {}).items():
        assert value.casefold() in plain(str(shown[0].get(field))).casefold(), (shown[0], where)
