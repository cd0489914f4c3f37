import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.accounts.passwords import Passwords, known_to_everybody, weakness
from errors import TooMany

ABOUT = ("Leïla Benali", "leila.benali@emploi.example")


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("onze lettre", "password_short"),
        ("a" * 129, "password_long"),
        ("aaaaaaaaaaaaaaa", "password_common"),
        ("123456789012", "password_common"),
        ("azertyuiop123", "password_common"),
        ("Motdepasse2026!", "password_common"),
        ("P@ssw0rd2026!!", "password_common"),
        ("passwordpassword", "password_common"),
        ("السلامعليكم123", "password_common"),
        ("benali-2026!", "password_personal"),
        ("leila.benali1", "password_personal"),
    ],
)
def test_what_others_guess_is_not_taken(password, why):
    assert weakness(password, ABOUT) == why


@pytest.mark.parametrize(
    "password",
    [
        "clementine sur la table",
        "qiwiv-83kfe-9ma4x",
        "قمر أخضر في البحر",
        "leila mange des figues vertes",
    ],
)
def test_what_is_hard_to_guess_is_taken(password):
    assert weakness(password, ABOUT) is None


@given(st.text(max_size=200))
def test_any_text_is_judged(password):
    weakness(password, (password, "a@b.example"))


async def test_a_password_fits_its_hash_alone_and_none_fits_nobody():
    passwords = Passwords()
    kept = await passwords.hash("clementine sur la table")
    assert kept.startswith("$argon2id$")
    assert await passwords.fits(kept, "clementine sur la table")
    assert not await passwords.fits(kept, "clementine sur la Table")
    for nobody in (None, "no hash"):
        assert not await passwords.fits(nobody, "clementine sur la table")
    assert not await passwords.fits(None, "of nobody")


async def test_of_too_many_at_once_some_are_put_off_and_the_others_served():
    passwords, kept = Passwords(), known_to_everybody("clementine sur la table")
    tries = [passwords.fits(kept, "clementine sur la table") for _ in range(80)]
    done = await asyncio.gather(*tries, return_exceptions=True)
    assert {type(one) for one in done} == {bool, TooMany}
    assert done.count(True) == 50


async def test_a_public_password_is_hashed_too():
    kept = known_to_everybody("demo-counsellor")
    assert "demo" not in kept
    assert await Passwords().fits(kept, "demo-counsellor")
