"""From a new listing to the message about it: found, told once, stopped; on both databases."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from bot import outbox
from bot.models import ReplyRow
from catalogue import watching
from people import alerts, finds, verdicts
from people.alerts import Wanted
from people.models import Alert, AlertKey, Contact
from people.timing import Clock
from tawjih.alerts import find, send
from tests.catalogue.listings import TODAY, offer, put, training

CLOCK = Clock(ZoneInfo("Africa/Tunis"))
NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 10, tzinfo=UTC)
ELECTRICIAN = {"occupation": "électricien", "place": "Sfax", "country": "TN"}


@pytest.fixture
def database(catalogue_database):
    """A catalogue in which alerts have been looked for once."""
    with catalogue_database.write() as session:
        for name in ("amal", "badr"):
            session.add(Contact(id=name, channel="test", address=name, language="fr"))
    find(catalogue_database, NOW)
    return catalogue_database


def watch(database, what="électricien", place="Sfax", contract=None, who="amal", kind="offer"):
    with database.write() as session:
        keys = watching.keys(session, kind, what, place, "TN")
        wanted = Wanted(kind, what, place, contract, keys.work, keys.spot, keys.words)
        made = alerts.subscribe(session, who, wanted, CLOCK, 5)
        make_due(session, made.alert.id)
        return made.alert.id


def make_due(session, *ids):
    moment = NOW - timedelta(minutes=1)
    session.execute(update(Alert).where(Alert.id.in_(ids)).values(due_at=moment))


def due_again(database, *ids):
    with database.write() as session:
        make_due(session, *ids)


def told(database, who="amal"):
    """The bodies of all messages to somebody."""
    with database.read() as session:
        rows = select(ReplyRow).where(ReplyRow.contact_id == who).order_by(ReplyRow.id)
        assert all(row.purpose == "alert" for row in session.scalars(rows))
        return [row.body for row in session.scalars(rows)]


def run(database, most=3, moment=NOW):
    find(database, moment)
    return send(database, CLOCK, moment, most)


def titles(body):
    return [card["title"] for card in body["custom"]["cards"]]


def test_a_new_listing_is_told_with_its_reason_and_a_stop(database):
    number = watch(database)
    put(database, offer("Électricien bâtiment", **ELECTRICIAN))
    assert run(database).messages == 1
    [body] = told(database)
    assert titles(body) == ["Électricien bâtiment"]
    assert body["text"].startswith("1 nouvelle annonce pour votre alerte")
    assert body["custom"]["cards"][0]["reason"] == (
        "Le métier demandé, dans la ville demandée, nouveau aujourd'hui"
    )
    assert body["buttons"][0]["payload"] == f'/stop_alert{{"item":"{number}"}}'


def test_what_stood_there_before_is_not_news(database):
    put(database, offer("Électricien", **ELECTRICIAN))
    find(database, NOW)
    watch(database)
    assert run(database).messages == 0


def test_never_the_same_twice_nor_a_copy_of_it(database):
    number, other = watch(database), watch(database, place=None)
    put(database, offer("Électricien", organisation="Lumière", **ELECTRICIAN))
    run(database)
    put(database, offer("électricien", organisation="LUMIÈRE", **ELECTRICIAN), source="copy")
    due_again(database, number, other)
    run(database)
    assert len(told(database)) == 1


def test_not_before_it_is_due_again(database):
    watch(database)
    put(database, offer("Électricien", **ELECTRICIAN))
    run(database)
    put(database, offer("Électricien de nuit", **ELECTRICIAN), source="other")
    assert run(database).messages == 0
    assert run(database, moment=NOW + timedelta(days=1, hours=1)).messages == 1


def test_at_most_so_many_a_message_and_the_rest_the_next_time(database):
    number = watch(database)
    put(database, *(offer(f"Électricien {n}", **ELECTRICIAN) for n in range(5)))
    run(database)
    due_again(database, number)
    run(database)
    assert [len(titles(body)) for body in told(database)] == [3, 2]
    assert len({title for body in told(database) for title in titles(body)}) == 5


@pytest.mark.parametrize(
    "listing",
    [
        offer("Électricien à Gabès", **ELECTRICIAN | {"place": "Gabès"}),
        offer("Plombier", **ELECTRICIAN | {"occupation": "plombier"}),
        training("Électricité", topics=["électricité"], place="Sfax", country="TN"),
        offer("Électricien passé", **ELECTRICIAN, posted_days_ago=9, expires_in_days=-1),
    ],
    ids=["far", "another trade", "another kind", "over"],
)  # fmt: skip
def test_what_does_not_fit_is_not_told(database, listing):
    watch(database)
    put(database, listing)
    assert run(database).messages == 0


@pytest.mark.parametrize(
    ("wish", "listing", "fits"),
    [
        ({"place": None}, offer("Électricien", **ELECTRICIAN), True),
        ({"place": "Tunisie"}, offer("Électricien", **ELECTRICIAN), True),
        ({"place": "Maroc"}, offer("Électricien", **ELECTRICIAN), False),
        ({"what": None}, offer("Plombier", occupation="plombier", place="Sfax", country="TN"), True),
        ({"what": "كهربائي", "place": "صفاقس"}, offer("Électricien", **ELECTRICIAN), True),
        ({"contract": "internship"}, offer("Électricien", **ELECTRICIAN), False),
        ({"contract": "internship"},
         offer("Électricien", contract="internship", **ELECTRICIAN), True),
        ({"kind": "training", "what": "Excel", "place": "online"},
         training("Excel avancé", topics=["Excel"], place="online", country=None), True),
        ({"kind": "training", "what": "Excel avancé", "place": None},
         training("Excel", topics=["Excel"]), False),
    ],
)  # fmt: skip
def test_what_fits(database, wish, listing, fits):
    watch(database, **wish)
    put(database, listing)
    assert run(database).messages == fits


def test_what_they_turned_down_or_kept_is_not_told(database):
    watch(database)
    put(database, offer("Électricien", **ELECTRICIAN), offer("Électricien B", **ELECTRICIAN))
    find(database, NOW)
    with database.write() as session:
        first, second = watching.newest(session) - 1, watching.newest(session)
        verdicts.judge(session, "amal", first, "dismissed")
        verdicts.judge(session, "amal", second, "saved")
    assert run(database).messages == 0


def test_nobody_is_written_to_in_the_quiet_hours(database):
    watch(database)
    put(database, offer("Électricien", **ELECTRICIAN))
    night = NOW.replace(hour=23)
    assert run(database, moment=night).messages == 0
    assert run(database, moment=night + timedelta(hours=10)).messages == 1


def test_who_has_blocked_us_has_no_alerts_any_more(database):
    watch(database)
    with database.write() as session:
        outbox.gone(session, "test", "amal")
    put(database, offer("Électricien", **ELECTRICIAN))
    assert run(database).stopped == 1
    assert told(database) == []
    with database.read() as session:
        assert alerts.of(session, "amal") == []
        assert session.scalars(select(AlertKey)).all() == []


def test_while_a_counsellor_talks_with_them_it_waits(database):
    watch(database)
    put(database, offer("Électricien", **ELECTRICIAN))
    with database.write() as session:
        session.get(Contact, "amal").held_by = "leila"
    assert run(database).messages == 0
    with database.write() as session:
        session.get(Contact, "amal").held_by = None
    assert run(database, moment=NOW + timedelta(hours=2)).messages == 1


def test_after_90_days_it_asks_once_whether_to_go_on(database):
    number = watch(database)
    late = NOW + timedelta(days=20)
    with database.write() as session:
        session.execute(update(Alert).values(expires_at=NOW - timedelta(days=1)))
    assert (run(database).questions, run(database, moment=late).questions) == (1, 0)
    [body] = told(database)
    assert [b["payload"] for b in body["buttons"]] == [
        f'/subscribe_alert{{"item":"{number}","field":"renew"}}',
        f'/stop_alert{{"item":"{number}"}}',
    ]
    with database.write() as session:
        alerts.renew(alerts.get(session, "amal", number), CLOCK)
        assert alerts.get(session, "amal", number).due_at is not None
    assert alerts.LASTS.days == 90


def test_who_does_not_answer_loses_it_after_a_month(database):
    watch(database)
    with database.write() as session:
        session.execute(update(Alert).values(expires_at=NOW - timedelta(days=1)))
    run(database)
    run(database, moment=NOW + timedelta(days=31))
    with database.read() as session:
        assert alerts.of(session, "amal") == []


def test_what_was_stopped_is_not_told(database):
    number = watch(database)
    put(database, offer("Électricien", **ELECTRICIAN))
    find(database, NOW)
    with database.write() as session:
        assert alerts.stop(session, "amal", number) == 1
    assert run(database).messages == 0


def test_each_is_told_of_their_own(database):
    watch(database)
    watch(database, who="badr")
    put(database, offer("Électricien", **ELECTRICIAN))
    assert run(database).messages == 2
    assert len(told(database)) == len(told(database, "badr")) == 1


def test_told_again_after_a_crash_between_finding_and_telling(database):
    watch(database)
    put(database, offer("Électricien", **ELECTRICIAN))
    find(database, NOW)
    with database.write() as session:  # the mark was lost
        finds.set_mark(session, 0)
    assert find(database, NOW).finds == 0
    assert run(database).messages == 1


def crowd(database, count):
    """Alerts of other people, for other work in other towns."""
    with database.write() as session:
        for number in range(count):
            name = f"crowd{number}"
            session.add(Contact(id=name, channel="test", address=name))
        session.flush()
        for number in range(count):
            wanted = Wanted(
                "offer",
                f"w{number}",
                None,
                None,
                (f"offer|g:{number % 900:04}",),
                f"TN/t{number % 70}",
            )
            alerts.subscribe(session, f"crowd{number}", wanted, CLOCK, 5)


def test_work_grows_with_what_fits_and_not_with_all_alerts(database):
    watch(database)
    watch(database, who="badr", place="Tunisie")
    looked_at = []
    for count in (0, 600):
        crowd(database, count)
        new = [offer(f"Électricien {count}/{n}", **ELECTRICIAN) for n in range(4)]
        put(database, *new, source=f"beside {count}")
        done = find(database, NOW)
        assert done.finds == 8
        looked_at.append(done.looked_at / done.listings)
    assert looked_at == [2, 2]


def test_a_listing_reads_no_alert_that_does_not_fit(database):
    crowd(database, 600)
    number = watch(database)
    put(database, offer("Électricien", **ELECTRICIAN))
    done = find(database, NOW)
    assert (done.looked_at, done.finds) == (1, 1)
    with database.read() as session:
        assert finds.untold(session, number) == [watching.newest(session)]
