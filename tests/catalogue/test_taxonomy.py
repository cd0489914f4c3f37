import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue import taxonomy
from catalogue.models import Occupation


@pytest.fixture
def session(vocabulary):
    with vocabulary.read() as open_session:
        yield open_session


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("نجار", "7115.1"),
        ("النجار", "7115.1"),
        ("نجارة", "7115.1"),
        ("menuisier", "7115.1"),
        ("Menuisière", "7115.1"),
        ("menuisiers", "7115.1"),
        ("carpenter", "7115.1"),
        ("un poste de menuisier", "7115.1"),
        ("menuisier débutant à domicile", "7115.1"),
        ("plombier", "7126.8"),
        ("plombi", "7126.8"),
        ("سباك", "7126.8"),
        ("serveuse", "5131.2"),
        ("développeuse web", "2513.5"),
        ("web developers", "2513.5"),
        ("comptabel", "2411.1"),
        ("plumbr", "7126.8"),
    ],
)
def test_words_of_three_languages_lead_to_one_occupation(session, words, code):
    match = taxonomy.resolve(session, words)
    assert match is not None
    assert match.code == code
    assert code in match.codes


@pytest.mark.parametrize(
    ("words", "group"),
    [
        ("infirmière", "2221"),
        ("infirmiers", "2221"),
        ("nurse", "2221"),
        ("ممرضة", "2221"),
        ("khayat", "7531"),
        ("tailor", "7531"),
        ("صباغ", "7131"),
        ("informatique", "2512"),
        ("IT", "2512"),
        ("المعلوميات", "2512"),
        ("l'informatique", "2512"),
        ("Software developers", "2512"),
    ],
)
def test_everyday_names_sectors_and_groups(session, words, group):
    match = taxonomy.resolve(session, words)
    assert match is not None
    assert group in match.isco


def test_a_word_for_two_occupations_means_both(session):
    match = taxonomy.resolve(session, "خياطة")
    assert match is not None
    assert set(match.codes) == {"7531.2", "7531.5"}


def test_a_sector_covers_all_groups_below_it(session):
    match = taxonomy.resolve(session, "informatique")
    assert match is not None
    assert match.code is None
    assert {"2511", "2529", "3511", "1330"} <= set(match.isco)
    assert "2611" not in match.isco
    assert match.label("ar") == "معلوميات"


@pytest.mark.parametrize(
    "words", ["", " ", "🙂", "truc dans les avions", "xqzt", "le", "؟", "a*b OR", "\x00"]
)
def test_words_that_name_no_occupation(session, words):
    assert taxonomy.resolve(session, words) is None


@pytest.mark.parametrize("words", ["agent de saisie", "vol de saisie"])
def test_one_word_of_several_counts_only_where_it_names_the_trade(session, words):
    # "saisie" is another name of the auctioneer's.
    match = taxonomy.resolve(session, words)
    assert match is None or "3339" not in match.isco


def test_short_words_are_never_guessed(session):
    assert taxonomy.resolve(session, "cok") is None


def test_labels(session):
    assert taxonomy.label(session, "7115.1", "ar") == "نجار / نجارة"
    assert taxonomy.label(session, "7115.1", "xx") == "carpenter"
    assert taxonomy.label(session, "7115", "ar") == "Carpenters and joiners"
    assert taxonomy.label(session, "nothing", "fr") is None


def test_neighbours_widen_by_digits():
    assert taxonomy.neighbours("7115") == ("7115", "711")
    assert taxonomy.neighbours("71") == ()


def test_every_shipped_occupation_is_found_by_its_own_labels(session):
    # A sample across the classification; each must lead back to its own group.
    lost = []
    for occupation in session.query(Occupation).filter_by(kind="occupation").all()[::150]:
        for language in ("en", "fr", "ar"):
            for name in occupation.labels[language].split(" / "):
                match = taxonomy.resolve(session, name)
                if match is None or occupation.isco not in match.isco:
                    lost.append((occupation.code, name, match))
    assert not lost


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(words=st.text(alphabet=st.characters(), max_size=300))
def test_nothing_that_is_typed_raises(session, words):
    match = taxonomy.resolve(session, words)
    assert match is None or match.isco or match.codes
