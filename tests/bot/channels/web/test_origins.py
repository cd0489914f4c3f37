"""Which pages may speak with us."""

import pytest

from bot.channels.web.origins import Origins, same_origin
from errors import SettingsError

SCHEME = "https://"
LISTED = "https://www.town.example, https://*.region.example:8443 ,http://localhost:3000,"


@pytest.mark.parametrize(
    ("origin", "host", "same"),
    [
        (None, "a.example", True),
        ("https://a.example", "a.example", True),
        ("http://A.example:8000", "a.example:8000", True),
        ("https://a.example:8000", "a.example", False),
        ("https://a.example.evil.example", "a.example", False),
        ("https://a.example@evil.example", "a.example", False),
        ("null", "a.example", False),
        ("", "a.example", False),
        ("", "", False),
        ("https://[", "a.example", False),
    ],
)
def test_same_origin(origin, host, same):
    assert same_origin(origin, host) is same


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        (None, True),
        ("https://here.example", True),
        ("https://www.town.example", True),
        ("https://WWW.town.example", True),
        ("http://localhost:3000", True),
        ("https://a.region.example:8443", True),
        ("https://a.b.region.example:8443", True),
        ("http://www.town.example", False),
        ("https://town.example", False),
        ("https://www.town.example:444", False),
        ("https://www.town.example.evil.example", False),
        ("https://region.example:8443", False),
        ("https://evilregion.example:8443", False),
        ("https://evil.example/.region.example:8443", False),
        (SCHEME + "evil.example#.region.example:8443", False),
        ("https://*.region.example:8443", False),
        ("null", False),
        ("", False),
    ],
)
def test_the_list_is_kept_to_the_letter(origin, allowed):
    assert Origins(LISTED).allow(origin, "here.example") is allowed


def test_without_a_list_our_own_pages_alone():
    assert Origins("").allow("https://here.example", "here.example")
    assert not Origins("").allow("https://www.town.example", "here.example")


@pytest.mark.parametrize(
    "wrong", ["town.example", "https://town.example/", "*", SCHEME + "*", "ftp://a.example", "null"]
)
def test_what_is_no_origin_stops_the_start_by_its_name(wrong):
    with pytest.raises(SettingsError, match="WEB_ORIGINS"):
        Origins(f"https://www.town.example,{wrong}")
