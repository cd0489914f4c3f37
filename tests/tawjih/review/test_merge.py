"""Labelled messages become examples, or nothing changes at all."""

import pytest

from errors import DataError
from tawjih import nlu_data
from tawjih.review.entries import write
from tawjih.review.merge import merge


@pytest.fixture
def merged(data, tmp_path):
    def run(*entries):
        write(tmp_path / "review.yml", entries)
        return merge(tmp_path / "review.yml", data, tmp_path / "domain.yml")

    return run


def state(folder):
    return {path: path.read_text("utf-8") for path in folder.rglob("*.yml")}


def test_a_line_goes_where_its_variety_and_intent_say(merged, entry, data):
    done = merged(
        entry("chui en galère de [taf](contract)", label="search_offers"),
        entry("kifach ndir cv", label="faq/write_cv", variety="arabizi", language="ar"),
        entry("نقرا السيرة", label="faq/write_cv", variety="msa", language="ar"),
        entry("salam كيداير", label="greet", variety="mixed", language="ar"),
        entry("jsp"),
    )
    added = {path.relative_to(data).as_posix(): count for path, count in done.added.items()}
    assert added == {
        "fr/reviewed/search.yml": 1,
        "ar/arabizi/reviewed/faq_job_search.yml": 1,
        "ar/msa/reviewed/faq_job_search.yml": 1,
        "ar/mixed/reviewed/smalltalk.yml": 1,
    }
    assert (done.there, done.unlabelled) == (0, 1)
    assert (data / "fr/reviewed/search.yml").read_text("utf-8") == (
        'version: "3.1"\nnlu:\n- intent: search_offers\n  examples: |\n'
        "    - chui en galère de [taf](contract)\n"
    )


def test_what_is_there_is_added_to_and_comments_stay(merged, entry, data):
    path = data / "fr/reviewed/search.yml"
    path.parent.mkdir()
    before = (
        'version: "3.1"  # of Rasa\n\nnlu:\n# bare answers\n- intent: inform\n  examples: |\n'
        "      - là-bas\n\n# then searches\n- intent: search_offers\n  examples: |\n    - du taf\n"
        "# the end"
    )
    path.write_text(before, "utf-8")
    merged(entry("ailleurs", label="inform"), entry("un job vite", label="search_offers"),
           entry("nulle part", label="inform"))  # fmt: skip
    assert (
        path.read_text("utf-8")
        == before.replace(
            "      - là-bas\n", "      - là-bas\n      - ailleurs\n      - nulle part\n"
        ).replace("    - du taf\n", "    - du taf\n    - un job vite\n")
        + "\n"
    )
    assert nlu_data.read(data)[1] == []


def test_nothing_is_added_twice(merged, entry, data):
    entries = (
        entry("du taf", label="search_offers"),
        entry("Du TAF !", label="search_offers"),
        entry("un [stage](contract)", label="search_offers"),
    )
    first = merged(*entries)
    assert (first.added.total(), first.there) == (1, 2)
    before = state(data)
    again = merged(*entries)
    assert (again.added.total(), again.there) == (0, 3)
    assert state(data) == before


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"label": "search_ofers"}, "search_offers"),
        ({"label": "nlu_fallback"}, "no such intent"),
        ({"label": "greet", "text": "du [taf](job)"}, "unknown entity 'job'"),
        ({"label": "greet", "text": "سلام"}, "not the script of fr"),
        ({"label": "greet", "text": "un emploi"}, "is search_offers here and greet"),
        ({"label": "greet", "variety": "klingon"}, "names no variety"),
        ({"label": "greet", "text": "un [taf"}, "bracket"),
    ],
)
def test_when_the_check_objects_nothing_changes(merged, entry, data, values, told):
    before = state(data)
    with pytest.raises(DataError, match=told):
        merged(entry("du boulot", label="inform"), entry(**{"text": "hop"} | values))
    assert state(data) == before


def test_examples_that_are_wrong_already_are_not_added_to(merged, entry, data):
    (data / "fr/bad.yml").write_text("nlus: []")
    before = state(data)
    with pytest.raises(DataError, match=r"wrong already(?s:.*)bad.yml:1"):
        merged(entry("du taf", label="search_offers"))
    assert state(data) == before


def test_what_was_taken_out_gives_way_to_somebody_elses(merged, entry, data):
    merged(entry("je suis ‹name›, ‹phone› ou ‹email›", label="greet"))
    text = (data / "fr/reviewed/smalltalk.yml").read_text("utf-8")
    assert "- je suis Amina, 0600000000 ou amina@emploi.example\n" in text


def test_one_message_is_one_line(merged, entry, data):
    merged(entry("du taf\nvite\t svp", label="search_offers"))
    assert "    - du taf vite svp\n" in (data / "fr/reviewed/search.yml").read_text("utf-8")
