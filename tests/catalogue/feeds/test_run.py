import json
import os
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from catalogue.feeds import history, stage
from catalogue.feeds import run as run_module
from catalogue.feeds.lease import FeedBusy, Lease
from catalogue.feeds.models import FeedNote, FeedRun, FeedState, State
from catalogue.feeds.run import Job, run_feed
from catalogue.listing_import import BATCH
from catalogue.models import Listing
from settings import ROOT
from store.base import now
from tests.catalogue.feeds.making import NOW, feed, run

ROW = {"title": "Menuisier", "text": "Atelier", "town": "Sfax"}


def lines(path, *rows, end=""):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows) + end)
    return path


def offers(*ids, **more):
    return [ROW | {"id": str(number)} | more for number in ids]


def shown(database):
    query = select(Listing).where(Listing.visible_until > NOW)
    with database.read() as session:
        return {one.source_id: one for one in session.scalars(query)}


def counts(found):
    return {name: count for name in history.COUNTS if (count := getattr(found, name))}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "feed.jsonl"


def notes_of(database, number, kind):
    with database.read() as session:
        return history.notes_of(session, number, kind)


def runs_of(database, name):
    with database.read() as session:
        return history.runs_of(session, name)


def test_added_changed_unchanged_vanished_and_back(catalogue_database, path):
    first = run(catalogue_database, feed(), lines(path, *offers(1, 2, 3)))
    assert first.state == State.DONE
    assert counts(first) == {"read": 3, "added": 3}
    changed = [*offers(1), *offers(2, title="Soudeur")]
    second = run(catalogue_database, feed(), lines(path, *changed))
    assert counts(second) == {"read": 2, "changed": 1, "unchanged": 1, "expired": 1}
    assert set(shown(catalogue_database)) == {"1", "2"}
    third = run(catalogue_database, feed(), lines(path, *changed, *offers(3)))
    assert counts(third) == {"read": 3, "changed": 1, "unchanged": 2}
    assert shown(catalogue_database)["2"].titles == {"fr": "Soudeur"}


def test_what_is_unchanged_is_not_written(catalogue_database, path):
    run(catalogue_database, feed(), lines(path, *offers(1, 2)))
    written = []

    def listen(_connection, _cursor, statement, *_):
        if "listing" in statement and statement.startswith(("INSERT", "UPDATE", "DELETE")):
            written.append(statement)

    event.listen(catalogue_database.engine, "before_cursor_execute", listen)
    run(catalogue_database, feed(), path)
    assert written == []
    run(catalogue_database, feed(), lines(path, *offers(1), *offers(2, title="x")))
    assert len(written) == 1


def test_a_listing_without_a_posting_day_is_as_old_as_its_first_sight(catalogue_database, path):
    run(catalogue_database, feed(), lines(path, *offers(1)))
    first = shown(catalogue_database)["1"].posted_at
    later = Job(feed(), NOW + timedelta(days=5), "TN", "test", path)
    assert counts(run_feed(catalogue_database, later)) == {"read": 1, "unchanged": 1}
    lines(path, *offers(1, title="Soudeur"))
    assert counts(run_feed(catalogue_database, later)) == {"read": 1, "changed": 1}
    assert shown(catalogue_database)["1"].posted_at == first


def test_what_is_rejected_is_told_with_line_and_reason_and_the_rest_comes_in(
    catalogue_database, path
):
    rows = [
        *offers(1), {"id": "2", "town": "Sfax"}, ROW, *offers(1), *offers(4, town="Nulle-Part", country="x"),
        "x", *offers(7),
    ]  # fmt: skip
    lines(path, *rows, end="{broken\n")
    found = run(catalogue_database, feed(country=None, bounds={"share": 0}), path)
    assert counts(found) == {"read": 8, "added": 2, "rejected": 6}
    told = dict(notes_of(catalogue_database, found.id, "rejected"))
    assert told[2] == "title: Field required"
    assert told[3] == "id: Field required"
    assert told[4] == "id: '1' stands twice"
    assert "place: nothing is known by 'Nulle-Part'" in told[5]
    assert "not fields with names" in told[6]
    assert "no JSON" in told[8]
    assert found.leftovers == {"country": 1}


def test_a_rejected_row_leaves_what_stood_under_its_id(catalogue_database, path):
    run(catalogue_database, feed(), lines(path, *offers(1, 2)))
    found = run(catalogue_database, feed(), lines(path, *offers(1), {"id": "2"}))
    assert (found.rejected, found.expired) == (1, 0)
    assert set(shown(catalogue_database)) == {"1", "2"}


def test_what_was_mended_is_told(catalogue_database, path):
    found = run(catalogue_database, feed(), lines(path, *offers(1, title="MÃ©canicien")))
    assert (found.added, found.repaired) == (1, 1)
    assert notes_of(catalogue_database, found.id, "repaired") == [
        (1, "title: letters that were encoded twice are mended")
    ]


# Bounds


def test_fewer_than_half_of_what_is_usual_changes_nothing(catalogue_database, path):
    for _ in range(2):
        run(catalogue_database, feed(), lines(path, *offers(*range(10))))
    found = run(catalogue_database, feed(), lines(path, *offers(*range(4), title="Autre")))
    assert found.state == State.REFUSED
    assert found.alarming
    assert found.message == "4 usable listings, usually 10: nothing was changed"
    assert (found.changed, found.expired) == (0, 0)
    assert len(shown(catalogue_database)) == 10
    assert shown(catalogue_database)["1"].titles == {"fr": "Menuisier"}
    assert run(catalogue_database, feed(), lines(path, *offers(*range(5)))).state == State.DONE


def test_who_knows_better_may_believe_it(catalogue_database, path):
    run(catalogue_database, feed(), lines(path, *offers(*range(10))))
    lines(path, *offers(1))
    assert run(catalogue_database, feed(), path).state == State.REFUSED
    forced = run(catalogue_database, feed(), path, force=True)
    assert (forced.state, forced.expired) == (State.DONE, 9)


@pytest.mark.parametrize(
    ("bounds", "told"),
    [
        ({}, "0 usable listings, fewer than 1"),
        ({"least": 5}, "0 usable listings, fewer than 5"),
    ],
)
def test_an_empty_file_is_not_believed(catalogue_database, path, bounds, told):
    found = run(catalogue_database, feed(bounds=bounds), lines(path))
    assert found.state == State.REFUSED
    assert told in found.message


def test_more_than_the_feed_can_have_is_not_believed(catalogue_database, path):
    lines(path, *offers(*range(7)))
    assert run(catalogue_database, feed(bounds={"most": 6}), path).state == State.REFUSED
    assert run(catalogue_database, feed(bounds={"most": 7}), path).state == State.DONE


def test_a_first_file_of_which_most_cannot_be_used_is_not_believed(catalogue_database, path):
    lines(path, *offers(1), {"id": "2"}, {"id": "3"})
    found = run(catalogue_database, feed(), path)
    assert found.message == "1 of 3 listings usable: nothing was changed"
    assert shown(catalogue_database) == {}


def test_a_file_that_breaks_off_expires_nothing(catalogue_database, path):
    run(catalogue_database, feed(), lines(path, *offers(*range(4))))
    found = run(catalogue_database, feed(), lines(path, *offers(0, 1, 9), end='{"id": "2", "ti'))
    assert (found.state, found.complete) == (State.DONE, False)
    assert counts(found) == {"read": 4, "added": 1, "unchanged": 2, "rejected": 1}
    assert len(shown(catalogue_database)) == 5
    assert found.message == "the file breaks off: nothing expired"
    # And it does not tell what is usual.
    assert history.usual(catalogue_database, "test") == [4]


@pytest.mark.parametrize(
    ("definition", "content", "told"),
    [
        ({"file_format": "xml", "items": "r/j"}, "not xml", "no XML"),
        ({"file_format": "json"}, "{{", "no JSON"),
        ({"file_format": "csv", "most_mb": 1}, "id,t\n" + "1,x\n" * 300_000, "bigger than 1 MB"),
        ({"mapper": "nobody"}, "{}", "mapper: there is no nobody"),
    ],
)
def test_a_file_that_cannot_be_read_at_all_changes_nothing(
    catalogue_database, path, definition, content, told
):
    run(catalogue_database, feed(), lines(path, *offers(1)))
    path.write_text(content)
    found = run(catalogue_database, feed(**definition), path)
    assert (found.state, found.expired) == (State.FAILED, 0)
    assert told in found.message
    assert set(shown(catalogue_database)) == {"1"}


def test_a_file_that_is_away(catalogue_database, path):
    found = run(catalogue_database, feed(), path)
    assert (found.state, found.message) == (State.FAILED, "feed.jsonl: no such file")


# Whole and halves


def test_a_run_that_dies_between_two_batches_is_finished_by_the_next(
    catalogue_database, path, monkeypatch
):
    lines(path, *offers(*range(BATCH + 10)))
    put, calls = run_module.put, []

    def dies(*given):
        calls.append(given)
        if len(calls) == 2:
            raise RuntimeError("the machine goes down")
        put(*given)

    monkeypatch.setattr(run_module, "put", dies)
    with pytest.raises(RuntimeError):
        run(catalogue_database, feed(), path)
    assert len(shown(catalogue_database)) == BATCH
    [died] = runs_of(catalogue_database, "test")
    assert (died.state, died.message) == (State.FAILED, "it broke off: see the log")
    monkeypatch.undo()
    found = run(catalogue_database, feed(), path)
    assert counts(found) == {"read": BATCH + 10, "added": 10, "unchanged": BATCH}


def test_a_run_that_was_killed_is_told_by_the_next(catalogue_database, path):
    history.begin(catalogue_database, "test")
    run(catalogue_database, feed(), lines(path, *offers(1)))
    last, killed = runs_of(catalogue_database, "test")
    assert (last.state, killed.state, killed.message) == (State.DONE, State.FAILED, "it was killed")


def test_only_one_runs_a_feed_at_a_time(catalogue_database, path):
    lines(path, *offers(1))
    with Lease(catalogue_database, "test").held(), pytest.raises(FeedBusy, match="another process"):
        run(catalogue_database, feed(), path)
    assert run(catalogue_database, feed(), path).state == State.DONE


def test_who_lost_the_feed_stops(catalogue_database, path):
    lines(path, *offers(*range(BATCH * 3)))

    def taken(phase, *_):
        if phase == "importing":
            with catalogue_database.write() as session:
                session.get(FeedState, "test").owner = "another"

    job = Job(feed(), NOW, "TN", "test", path)
    found = run_feed(catalogue_database, job, progress=taken)
    assert (found.state, found.added) == (State.FAILED, BATCH)
    assert "taken over" in found.message


def test_a_dead_process_holds_a_feed_for_a_while_only(catalogue_database, path):
    lines(path, *offers(1))
    run(catalogue_database, feed(), path)
    with catalogue_database.write() as session:
        state = session.get(FeedState, "test")
        state.owner, state.held_until = "dead", now() + timedelta(minutes=1)
    with pytest.raises(FeedBusy):
        run(catalogue_database, feed(), path)
    with catalogue_database.write() as session:
        session.get(FeedState, "test").held_until = now() - timedelta(seconds=1)
    assert run(catalogue_database, feed(), path).state == State.DONE


def test_of_many_that_want_a_feed_at_once_one_gets_it(catalogue_database):
    got, barrier, over = [], threading.Barrier(4), threading.Event()

    def take():
        barrier.wait()
        try:
            with Lease(catalogue_database, "test").held():
                got.append("held")
                over.wait(30)
        except FeedBusy:
            got.append("busy")
            if got.count("busy") == 3:
                over.set()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == ["busy", "busy", "busy", "held"]


# What is kept


def test_runs_long_ago_are_forgotten_with_their_notes(catalogue_database, path):
    lines(path, {"id": "1"})
    for _ in range(33):
        run(catalogue_database, feed(), path)
    with catalogue_database.read() as session:
        assert session.scalar(select(func.count()).select_from(FeedRun)) == 30
        assert session.scalar(select(func.count()).select_from(FeedNote)) == 30


def test_notes_are_bounded_and_counts_are_not(catalogue_database, path, monkeypatch):
    monkeypatch.setattr(stage, "_MOST_NOTES", 5)
    lines(path, *({"id": str(number)} for number in range(9)))
    found = run(catalogue_database, feed(), path)
    assert found.rejected == 9
    assert len(notes_of(catalogue_database, found.id, "rejected")) == 5


def test_the_last_run_of_each_feed(catalogue_database, path):
    lines(path, *offers(1))
    run(catalogue_database, feed(), path)
    run(catalogue_database, feed(name="other"), path.with_name("away"))
    history.begin(catalogue_database, "test")
    with catalogue_database.read() as session:
        assert [(one.feed, one.state) for one in history.last_runs(session)] == [
            ("other", State.FAILED), ("test", State.DONE),
        ]  # fmt: skip
        assert [one.feed for one in history.alarming(session)] == ["other"]


def test_progress_is_told(catalogue_database, path):
    seen = []
    lines(path, *offers(1, 2))
    job = Job(feed(), NOW, "TN", "test", path)
    run_feed(catalogue_database, job, progress=lambda *told: seen.append(told))
    assert seen == [("reading", 1, None), ("reading", 1, None), ("importing", 2, 2)]


MEASURED = """
import json, resource, sys
from pathlib import Path
from catalogue.feeds.run import Job, run_feed
from store.engine import Database
from store.migrate import upgrade
from tests.catalogue.feeds.making import NOW, feed

folder, rows = Path(sys.argv[1]), int(sys.argv[2])
path, database = folder / f"{rows}.xml", Database(f"sqlite:///{folder}/{rows}.db")
upgrade(database)
filler = "x" * 20_000
with path.open("w") as file:
    file.write("<r>")
    for number in range(rows):
        file.write(f"<j><id>{number}</id><title>Menuisier</title><town>Sfax</town><logo>{filler}</logo></j>")
    file.write("</r>")
job = Job(feed("xml", items="r/j"), NOW, "TN", "big", path)
found = run_feed(database, job)
assert found.added == rows, found.message
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"peak": peak, "size": path.stat().st_size}))
"""


def test_memory_stays_flat_whatever_the_size_of_the_file(tmp_path):
    def measured(rows):
        command = [sys.executable, "-c", MEASURED, str(tmp_path), str(rows)]
        given = {"cwd": ROOT, "env": os.environ | {"PYTHONPATH": str(ROOT)}}
        done = subprocess.run(command, capture_output=True, text=True, check=True, **given)
        return json.loads(done.stdout.splitlines()[-1])

    small, big = measured(100), measured(1_500)
    assert big["size"] > 28_000_000
    # Kilobytes: a file of 30 MB more takes far less than its size more.
    assert big["peak"] - small["peak"] < 12_000
