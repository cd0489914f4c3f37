"""The signed token by which a visitor is known."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.web.visitors import Visitors, address_of

VISITORS = Visitors("secret")
HALF_A_YEAR = 181 * 24 * 3600


def test_a_token_brings_back_its_identity_and_two_people_are_two():
    one, two = VISITORS.new(), VISITORS.new()
    assert VISITORS.known(VISITORS.token(one)) == one
    assert one != two
    assert address_of(one) != address_of(two)
    assert one not in address_of(one)


def test_another_secret_makes_everybody_a_stranger():
    assert Visitors("other").known(VISITORS.token("somebody")) is None


def test_a_token_lapses_and_a_visit_renews_it(monkeypatch):
    token = VISITORS.token("somebody")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + HALF_A_YEAR)
    assert VISITORS.known(token) is None
    renewed = VISITORS.token("somebody")
    assert VISITORS.known(renewed) == "somebody"


def test_of_a_thousand_forged_tokens_none_is_taken():
    chance = random.Random(5)  # noqa: S311 - a forger needs no better
    token = VISITORS.token(VISITORS.new())
    letters = sorted(set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123456789-_.") - {"."})
    taken = 0
    for _ in range(1000):
        # The last letter of a signature holds two bits that mean nothing.
        at = chance.randrange(len(token) - 1)
        forged = token[:at] + chance.choice(letters) + token[at + 1 :]
        taken += forged != token and VISITORS.known(forged) is not None
    assert taken == 0


@pytest.mark.parametrize("token", [None, "", "x", "..", "a.b.c", "\ud800", "a" * 200])
def test_what_is_no_token_is_nobody(token):
    assert VISITORS.known(token) is None


@given(st.text(max_size=200))
def test_any_text_is_nobody(text):
    assert VISITORS.known(text) is None
