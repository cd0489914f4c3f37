import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.security import same, signed


@pytest.mark.parametrize(
    ("given", "secret", "fits"),
    [("a", "a", True), ("b", "a", False), ("", "", False), ("é", "é", True), ("", "a", False)],
)
def test_a_secret_fits_or_not_and_an_unset_one_never(given, secret, fits):
    assert same(given, secret) is fits


@given(st.binary(), st.text(min_size=1))
def test_a_signature_holds_for_its_body_and_secret_alone(body, secret):
    header = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    assert signed(body, header, secret)
    assert not signed(body + b"x", header, secret)
    assert not signed(body, header, secret + "x")
    assert not signed(body, header.removeprefix("sha256="), secret)
    assert not signed(body, "", "")
