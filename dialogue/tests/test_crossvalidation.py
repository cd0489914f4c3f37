import json
from collections import Counter

import numpy as np
import pytest

from dialogue import crossvalidation
from dialogue.crossvalidation import Line, _cut, by_line, by_voice, read


def lines_of(voices, each=10):
    return [
        Line(f"{voice} {number}", f"intent{number % 2}", [], voice, variety, variety[:2])
        for voice, variety in voices.items()
        for number in range(each)
    ]


VOICES = {
    "en": "en",
    "en/second": "en",
    "fr": "fr",
    "fr/second": "fr",
    "fr/third": "fr",
    "ar/msa": "msa",
    "ar/msa/second": "msa",
}


@pytest.mark.parametrize("folds", [2, 3, 5])
def test_no_voice_stands_on_both_sides(folds):
    lines = lines_of(VOICES)
    found = by_voice(lines, folds)
    for voice in VOICES:
        assert len({f for f, line in zip(found, lines, strict=True) if line.voice == voice}) == 1


@pytest.mark.parametrize("folds", [2, 3, 5])
def test_no_variety_is_silent_in_what_is_learnt(folds):
    lines = lines_of(VOICES)
    found = by_voice(lines, folds)
    for fold in set(found):
        learnt = {line.variety for f, line in zip(found, lines, strict=True) if f != fold}
        assert learnt == {"en", "fr", "msa"}


def test_lines_are_dealt_out_within_each_intent_and_variety():
    lines = lines_of(VOICES, each=12)
    found = by_line(lines, 3, seed=1)
    dealt = Counter((f, line.intent, line.variety) for f, line in zip(found, lines, strict=True))
    for variety, per_fold in (("en", 4), ("fr", 6), ("msa", 4)):
        assert {dealt[f, i, variety] for f in range(3) for i in ("intent0", "intent1")} == {
            per_fold
        }
    assert (by_line(lines, 3, seed=1) == found).all()
    assert (by_line(lines, 3, seed=2) != found).any()


def test_a_share_of_what_there_is():
    lines = lines_of(VOICES)
    others = np.arange(20, 70)
    cut = _cut(lines, others, share=0.5, seed=0, voices=0)
    assert len(cut) == 25
    assert set(cut) < set(others.tolist())
    assert _cut(lines, others, share=0.5, seed=1, voices=0) != cut


def test_so_many_authors_of_each_variety():
    lines = lines_of(VOICES)
    cut = _cut(lines, np.arange(len(lines)), share=1.0, seed=0, voices=1)
    heard = {lines[number].voice for number in cut}
    assert Counter(VOICES[voice] for voice in heard) == {"en": 1, "fr": 1, "msa": 1}
    assert len(cut) == 30


def test_examples_are_read_with_their_voice_and_entities(nlu_folder):
    lines = read(nlu_folder)
    by_text = {line.text: line for line in lines}
    told = by_text["bghit nkhdem plombi f casa"]
    assert (told.intent, told.voice, told.variety, told.language) == (
        "search_offers",
        "ar/arabizi",
        "arabizi",
        "ar",
    )
    assert [(e["entity"], e["value"]) for e in told.entities] == [
        ("occupation", "plombi"),
        ("place", "casa"),
    ]
    mixed = by_text["comment écrire un cv خويا"]
    assert (mixed.variety, mixed.language, mixed.intent) == ("mixed", "fr", "faq/write_cv")


def test_the_whole_pipeline_answers_for_every_line_once(nlu_folder, capfd):
    """Entities too, with the configuration of config.yml."""
    asked = ["--data", str(nlu_folder), "--plain", "--folds", "2", "--jobs", "1", "--entities"]
    crossvalidation.main(asked)
    rows = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert Counter(row["text"] for row in rows) == Counter(line.text for line in read(nlu_folder))
    for row in rows:
        found = row["found"]
        assert found["language"] in ("en", "fr", "ar")
        shares = [guess["confidence"] for guess in found["ranking"]]
        assert shares == sorted(shares, reverse=True)
        assert found["intent"] in ("nlu_fallback", found["ranking"][0]["name"])
    arabic = [row for row in rows if row["variety"] in ("msa", "darija")]
    assert all(row["found"]["language"] == "ar" for row in arabic)
