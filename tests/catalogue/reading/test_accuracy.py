"""Floors under what bench/reading.py measures: with the shipped taxonomy, not the tests' own."""

from pathlib import Path

import pytest

from bench.reading_labels import HALVES, LANGUAGES, labelled, mark
from catalogue.vocabulary import load_vocabulary
from store import migrate
from store.engine import Database

FLOORS = {"unit": 0.80, "minor": 0.83, "place": 0.96, "contract": 0.97, "pay": 0.97}


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Database:
    folder: Path = tmp_path_factory.mktemp("shipped")
    database = Database(f"sqlite:///{folder / 'words.db'}")
    migrate.upgrade(database)
    load_vocabulary(database)
    return database


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_floor(shipped, language, half):
    with shipped.read() as session:
        marks = mark(session, labelled(language, half), language)
    low = {name: share for name, share in marks.shares().items() if share < FLOORS[name]}
    assert low == {}, "\n".join(marks.wrong)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sample_is_big_enough_and_told_once(language):
    titles = [row["title"] for half in HALVES for row in labelled(language, half)]
    assert len(set(titles)) == len(titles) >= 200
