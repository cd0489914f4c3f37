"""The storage counts as the limits library expects of one."""

import time

from limits import parse
from limits.strategies import FixedWindowRateLimiter

from bot import counts
from bot.counts import Counts


def test_a_window_begins_with_the_first_hit_and_ends():
    clock = [100.0]
    limiter = FixedWindowRateLimiter(Counts(lambda: clock[0]))
    item = parse("2/minute")
    assert [limiter.hit(item, "a") for _ in range(3)] == [True, True, False]
    assert limiter.hit(item, "b")
    assert not limiter.test(item, "a")
    stats = limiter.get_window_stats(item, "a")
    assert stats.remaining == 0
    assert 50 < stats.reset_time - time.time() <= 60
    clock[0] += 60
    assert limiter.test(item, "a")
    assert limiter.hit(item, "a")


def test_keys_are_cleared_one_or_all():
    storage = Counts()
    storage.incr("a", 60)
    storage.incr("b", 60, amount=3)
    storage.clear("a")
    assert (storage.get("a"), storage.get("b")) == (0, 3)
    assert storage.reset() == 1
    assert storage.get("b") == 0
    assert storage.check()


def test_what_is_over_is_forgotten_when_there_is_much(monkeypatch):
    monkeypatch.setattr(counts, "_MANY", 5)
    clock = [100.0]
    storage = Counts(lambda: clock[0])
    for number in range(10):
        storage.incr(str(number), 60)
    clock[0] += 61
    storage.incr("x", 60)
    assert storage.reset() == 1
