import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue import places
from catalogue.models import Place


@pytest.fixture
def session(vocabulary):
    with vocabulary.read() as open_session:
        yield open_session


@pytest.mark.parametrize(
    "words",
    [
        "Casablanca", "casa", "CASA", "à Casa", "fcasa", "f casa", "dar beida", "dar el beida",
        "الدار البيضاء", "بالدار البيضاء", "البيضا", "فالبيضا", "kazablanka", "qasablanca",
        "casablnca",        "Casa Blanca", "casablanca\x00",
    ],
)  # fmt: skip
def test_casablanca_by_any_name(session, words):
    match = places.resolve(session, words, country="MA")
    assert match is not None
    assert match.place.id == "MA/casablanca"


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("marrakech", "MA/marrakesh"),
        ("Marakech", "MA/marrakesh"),
        ("مراكش", "MA/marrakesh"),
        ("Fès", "MA/fes"),
        ("fes", "MA/fes"),
        ("ففاس", "MA/fes"),
        ("بالرباط", "MA/rabat"),
        ("سلا", "MA/sale"),
        ("Tanger", "MA/tangier"),
        ("Le Caire", "EG/cairo"),
        ("القاهرة", "EG/cairo"),
        ("à Abidjan", "CI/abidjan"),
        ("Dakar", "SN/dakar"),
        ("إسطنبول", "TR/istanbul"),
        ("gaza", "PS/gaza"),
        ("Maroc", "MA"),
        ("المغرب", "MA"),
        ("lmaghrib", "MA"),
        ("Côte d'Ivoire", "CI"),
        ("cote divoire", "CI"),
        ("Tunisie", "TN"),
        ("Tunis", "TN/tunis"),
        ("تونس", "TN/tunis"),
        ("في تونس", "TN/tunis"),
        ("الجزائر", "DZ/algiers"),
        ("Algeria", "DZ"),
    ],
)
def test_places_by_the_names_people_use(session, words, place):
    match = places.resolve(session, words, country="MA")
    assert match is not None
    assert match.place.id == place
    assert match.is_country == ("/" not in place)


def test_a_name_in_several_countries_follows_the_country_asked_for(session):
    at_home = places.resolve(session, "dar el beida", country="DZ")
    in_morocco = places.resolve(session, "dar el beida", country="MA")
    assert at_home is not None
    assert in_morocco is not None
    assert at_home.place.country == "DZ"
    assert in_morocco.place.country == "MA"


@pytest.mark.parametrize("words", ["", " ", "🙂", "xyzzyq", "a*", "؟؟", "\x00", "le"])
def test_no_place(session, words):
    assert places.resolve(session, words) is None


def test_names_and_distance(session):
    rabat = places.resolve(session, "Rabat", country="MA")
    casa = places.resolve(session, "Casablanca")
    country = places.resolve(session, "Maroc")
    assert rabat is not None
    assert casa is not None
    assert country is not None
    assert casa.name("ar") == "الدار البيضاء"
    assert casa.name("xx") == "Casablanca"
    assert places.distance_km(rabat.place, casa.place) == pytest.approx(82, abs=5)
    assert places.distance_km(rabat.place, rabat.place) == 0
    assert places.distance_km(rabat.place, country.place) is None


def test_nearby_is_nearest_first_and_within_the_radius(session):
    casa = session.get(Place, "MA/casablanca")
    near = places.nearby(session, casa, 60)
    assert next(iter(near)) == "MA/casablanca"
    assert list(near.values()) == sorted(near.values())
    assert "MA/mohammedia" in near
    assert "MA/rabat" not in near


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(words=st.text(alphabet=st.characters(), max_size=200))
def test_nothing_that_is_typed_raises(session, words):
    match = places.resolve(session, words, country="MA")
    assert match is None or match.place.id
