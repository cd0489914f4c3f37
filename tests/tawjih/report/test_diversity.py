from pathlib import Path

import pytest

from tawjih.nlu_data import Example
from tawjih.report import diversity


def examples(*texts, intent="greet", variety="fr", folder="fr"):
    return [
        Example(Path(folder) / "a.yml", number, intent, text, (), variety)
        for number, text in enumerate(texts)
    ]


def test_distinct_words_and_pairs():
    texts = [["a", "b", "a"], ["a", "b", "c"]]
    assert diversity.distinct(texts, 1) == pytest.approx(3 / 6)
    assert diversity.distinct(texts, 2) == pytest.approx(3 / 4)


def test_the_nearest_is_of_the_same_intent():
    rows = examples("je cherche un travail", "je cherche un travail!", "bonsoir")
    rows += examples("bonsoir", intent="thank")
    first, second, third, alone = diversity.nearest(rows)
    assert (first, second) == (1.0, 1.0)
    assert third < 0.6
    assert alone == 0.0


def test_a_template_shows():
    towns = ["Rabat", "Fes", "Tunis", "Oran", "Dakar"]
    template = examples(*(f"je cherche un emploi de plombier a {town}" for town in towns))
    people = examples(
        "salut, vous avez du boulot pour moi",
        "on m'a dit que vous aidez les jeunes",
        "plombier depuis dix ans, libre lundi",
        "mon frère veut travailler cet été",
        "rien trouvé ici, et ailleurs ?",
        variety="en",
        folder="en",
    )
    found = diversity.of([*template, *people])
    assert found["fr"].alike == 1.0
    assert found["en"].alike == 0.0
    assert found["fr"].overlap > 0.8
    assert found["en"].overlap < 0.1
    assert found["fr"].distinct_2 < found["en"].distinct_2
    assert found["fr"].nearest > found["en"].nearest


def test_two_bare_cities_are_no_template():
    assert diversity.of(examples("Fès", "Fes"))["fr"].alike == 0.0


def test_authors_are_folders():
    rows = examples("bonjour") + examples("salut", folder="fr/second")
    assert diversity.of(rows)["fr"].voices == 2


def test_counts_by_intent_and_variety():
    rows = examples("a", "b") + examples("c", variety="en") + examples("d", intent="thank")
    assert diversity.counts(rows) == {"greet": {"fr": 2, "en": 1}, "thank": {"fr": 1}}
