import pytest

from bot.meta.webhook import at, moment, name_at, objects, payload_in, spot, text_at

INSIDE = {"a": {"b": "c", "n": 1, "l": [{"d": 1}, 2, None]}}


def test_a_path_leads_to_what_stands_there_or_to_none():
    assert at(INSIDE, "a", "b") == "c"
    assert at(INSIDE, "a", "b", "c") is None
    assert at(INSIDE, "x") is None
    assert at(None, "a") is None
    assert at(INSIDE) is INSIDE


def test_a_text_and_objects_are_empty_where_there_are_none():
    assert text_at(INSIDE, "a", "b") == "c"
    assert text_at(INSIDE, "a", "n") == text_at(INSIDE, "a") == ""
    assert objects(INSIDE, "a", "l") == [{"d": 1}]
    assert objects(INSIDE, "a") == objects(INSIDE, "a", "n") == []


@pytest.mark.parametrize("name", ["", "a b", "é", "a\n", "\ud83d", "x" * 201, 7, None])
def test_what_may_not_be_kept_as_an_id_is_none(name):
    assert name_at({"id": name}, "id") == ""


@pytest.mark.parametrize("value", [0, 1.5, "1795000000", 1795000000])
def test_a_time_is_read_in_its_unit(value):
    assert moment(value).timestamp() == float(value)
    assert moment(float(value) * 1000, 1000).timestamp() == float(value)


@pytest.mark.parametrize(
    "value", [None, "", [], {}, "x", 1e300, float("inf"), float("nan"), 10**400]
)
def test_a_time_that_is_none_is_none(value):
    assert moment(value) is None


@pytest.mark.parametrize(
    ("latitude", "longitude", "there"),
    [(90, -180, True), (0.0, 0.0, True), (90.1, 0, False), (0, 181, False), ("0", 0, False)],
)
def test_a_spot_is_on_earth(latitude, longitude, there):
    assert (spot(latitude, longitude) is not None) is there


@pytest.mark.parametrize(
    ("text", "payload"),
    [
        ("/stop", "/stop_alert"),
        ("/Start", "/greet"),
        ("stop", None),
        ("/search_offers", None),
        ("/", None),
        ("offer_12", '/show_details{"item":"12"}'),
        ("event_3", '/show_details{"item":"3"}'),
        ("link_7KQ2M9XA", '/link_channel{"code":"7KQ2M9XA"}'),
        ("offer_x", "/greet"),
        ("offer 12", None),
        ("offre_12", None),
    ],
)
def test_commands_and_links_stand_for_payloads(text, payload):
    assert payload_in(text) == payload
