from datetime import timedelta

import pytest

from languages.translation import cache
from languages.translation.cache import ATTEMPTS, TranslatedText
from languages.translation.result import Translation, Wish
from store.base import now

WISH = Wish("Bonjour", "fr", "ar", ("Bois & Cie",))
PAIRS = [("fr", "ar"), ("fr", "en")]


@pytest.fixture
def session(database):
    with database.write() as session:
        yield session


def row(session, wish=WISH):
    session.flush()
    session.expire_all()
    return session.get(TranslatedText, wish.key)


def test_the_key_is_of_all_that_matters_and_of_nothing_else():
    same = Wish("Bonjour", "fr", "ar", ("Bois & Cie",))
    others = [
        Wish("Bonsoir", "fr", "ar", ("Bois & Cie",)),
        Wish("Bonjour", "en", "ar", ("Bois & Cie",)),
        Wish("Bonjour", "fr", "en", ("Bois & Cie",)),
        Wish("Bonjour", "fr", "ar"),
    ]
    assert same.key == WISH.key
    assert Wish("x", "fr", "ar", ("a", "b")).key == Wish("x", "fr", "ar", ("b", "a")).key
    assert len({WISH.key, *(other.key for other in others)}) == 5


def test_from_a_wish_to_a_translation(session):
    assert cache.find(session, WISH) is None
    assert cache.want(session, [WISH, WISH]) == 1
    assert cache.want(session, [WISH]) == 0
    assert cache.find(session, WISH) is None
    assert cache.something_waits(session, PAIRS)
    taken = cache.claim(session, PAIRS)
    assert (taken.text, taken.source, taken.target, taken.names) == (
        "Bonjour",
        "fr",
        "ar",
        ["Bois & Cie"],
    )
    assert cache.claim(session, PAIRS) is None
    assert not cache.something_waits(session, PAIRS)
    cache.finish(session, taken.key, Translation("مرحبا", automatic=True, original="Bonjour"))
    assert cache.find(session, WISH) == Translation("مرحبا", automatic=True, original="Bonjour")
    assert cache.want(session, [WISH]) == 0


def test_what_went_wrong_is_the_original_and_is_not_tried_again(session):
    cache.want(session, [WISH])
    cache.finish(session, cache.claim(session, PAIRS).key, Translation.none("Bonjour"))
    assert cache.find(session, WISH) == Translation.none("Bonjour")
    assert cache.claim(session, PAIRS) is None


def test_what_nobody_answered_is_tried_a_few_times(session):
    cache.want(session, [WISH])
    for _ in range(ATTEMPTS):
        assert cache.find(session, WISH) is None
        cache.finish(session, cache.claim(session, PAIRS).key, None)
    assert cache.claim(session, PAIRS) is None
    assert cache.find(session, WISH) == Translation.none("Bonjour")


def test_a_worker_that_vanished_leaves_its_text_to_another(session):
    cache.want(session, [WISH])
    cache.claim(session, PAIRS)
    row(session).changed_at = now() - timedelta(hours=1)
    assert cache.something_waits(session, PAIRS)
    assert cache.claim(session, PAIRS).attempts == 2


def test_the_longest_wait_goes_first_and_other_pairs_wait(session):
    wishes = [Wish(text, "fr", target) for text, target in (("b", "en"), ("a", "ar"), ("c", "de"))]
    cache.want(session, wishes)
    for ago, wish in enumerate(wishes):
        row(session, wish).wanted_at = now() - timedelta(minutes=ago)
    assert [cache.claim(session, PAIRS).text for _ in range(2)] == ["a", "b"]
    assert cache.claim(session, PAIRS) is None
    assert cache.claim(session, []) is None
    assert not cache.something_waits(session, [])


def test_the_queue_has_bounds(session):
    assert cache.want(session, [Wish(str(n), "fr", "ar") for n in range(5)], most=3) == 3
    assert cache.want(session, [WISH], most=3) == 0
    cache.claim(session, PAIRS)
    assert cache.want(session, [WISH], most=3) == 1


def test_what_is_old_is_forgotten(session):
    cache.want(session, [WISH, Wish("x", "fr", "ar")])
    row(session).changed_at = now() - timedelta(days=200)
    assert cache.tidy(session, now()) == 1
    assert row(session) is None
    assert cache.forget(session) == 1


def test_a_translation_of_what_was_forgotten_meanwhile_is_dropped(session):
    cache.want(session, [WISH])
    key = cache.claim(session, PAIRS).key
    cache.forget(session)
    cache.finish(session, key, Translation.none("Bonjour"))
    assert row(session) is None


def test_two_workers_never_get_the_same(database):
    with database.write() as session:
        cache.want(session, [WISH])
    taken = []
    for _ in range(2):
        with database.write() as session:
            taken.append(cache.claim(session, PAIRS))
    assert [bool(one) for one in taken] == [True, False]
