"""What the first searches need is there before somebody waits for it."""

from catalogue import places, search, taxonomy
from catalogue.reading import occupations


def test_all_names_are_in_memory(catalogue_database, monkeypatch):
    kept = (places._KNOWN, taxonomy._NAMES, taxonomy._SPOKEN, occupations._INDEX)
    for one in kept:
        monkeypatch.setattr(one, "_kept", None)
    for answers in (places._RESOLVED, taxonomy._RESOLVED, occupations._READ):
        monkeypatch.setattr(answers, "_found", {})
    with catalogue_database.read() as session:
        search.keep_in_memory(session)
    assert all(one._kept for one in kept)
