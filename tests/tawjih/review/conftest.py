import pytest
import yaml

from tawjih import nlu_data
from tawjih.review.entries import Entry

INTENTS = {
    "greet": ["bonjour", "salut"],
    "inform": ["partout", "n'importe"],
    "search_offers": ["un [stage](contract)", "un emploi"],
    "faq/write_cv": ["mon cv", "écrire un cv"],
    "out_of_scope": ["la météo", "le foot"],
}
TOPICS = {
    "greet": "smalltalk",
    "inform": "search",
    "search_offers": "search",
    "faq/write_cv": "faq_job_search",
    "out_of_scope": "out_of_scope",
}
FOLDERS = {"fr": "{}", "en": "{} please", "ar/msa": "{} سلام", "ar/arabizi": "{} 3afak"}


@pytest.fixture
def data(tmp_path, monkeypatch):
    """A small data/nlu without an error."""
    monkeypatch.setattr(nlu_data, "_LEAST", 1)
    folder = tmp_path / "nlu"
    for name, phrase in FOLDERS.items():
        blocks: dict[str, list[str]] = {}
        for intent, texts in INTENTS.items():
            lines = [f"    - {phrase.format(text)}" for text in texts]
            block = [f"- intent: {intent}", "  examples: |", *lines]
            blocks.setdefault(TOPICS[intent], []).extend(block)
        for topic, lines in blocks.items():
            path = folder / name / f"{topic}.yml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n".join(['version: "3.1"', "nlu:", *lines]) + "\n", "utf-8")
    domain = {"intents": [*(i for i in INTENTS if "/" not in i), "faq", "nlu_fallback"],
              "entities": ["contract"]}  # fmt: skip
    (tmp_path / "domain.yml").write_text(yaml.safe_dump(domain))
    assert nlu_data.check(folder, tmp_path / "domain.yml").errors == []
    return folder


@pytest.fixture
def entry():
    """An entry, with a few values of its own."""

    def make(text, **values):
        guesses = {"search_offers": 0.4, "inform": 0.3, "faq/write_cv": 0.1}
        return Entry(
            **{"text": text, "variety": "fr", "language": "fr", "guesses": guesses} | values
        )

    return make
