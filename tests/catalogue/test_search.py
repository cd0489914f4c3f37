from datetime import UTC, datetime, timedelta
from itertools import chain

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.search import CANDIDATES, SearchRequest, get, search
from tests.catalogue.listings import TODAY, event, offer, put, training


@pytest.fixture
def ask(catalogue_database):
    """Ask for words, get titles of what fits; `ask.result` is the whole answer, `ask.beyond` the
    titles that were added from wider steps."""

    def asking(kind="offer", today=TODAY, **request):
        wanted = {"kind": kind, "country": "MA", "limit": 10} | request
        with catalogue_database.read() as session:
            asking.result = search(session, SearchRequest(**wanted), today)
        asking.beyond = [title(hit) for hit in asking.result.hits if hit.beyond]
        return [title(hit) for hit in asking.result.hits if not hit.beyond]

    return asking


def title(hit):
    return next(iter(hit.listing.titles.values()))


def keys(hit):
    return [reason.key for reason in hit.reasons]


@pytest.mark.parametrize(
    "words", ["نجار", "نجارة", "menuisier", "menuisière", "carpenters", "menuisie"]
)
@pytest.mark.parametrize("where", ["casa", "الدار البيضاء", "dar beida", "kazablanka", "fcasa"])
def test_one_offer_by_the_words_of_three_languages(catalogue_database, ask, words, where):
    put(catalogue_database, offer("Menuisier"), offer("Plombier", occupation="plombier"))
    assert ask(occupation=words, place=where) == ["Menuisier"]
    assert ask.result.widened == ()
    assert ask.result.total == 1
    assert keys(ask.result.hits[0])[:2] == ["same_occupation", "same_city"]
    assert ask.result.hits[0].distance_km == 0


def test_an_offer_is_found_by_its_occupation_though_its_title_says_another_word(
    catalogue_database, ask
):
    put(catalogue_database, offer({"ar": "مطلوب نجار"}))
    assert ask(occupation="carpenter") == ["مطلوب نجار"]


def test_an_offer_is_found_by_its_title_though_its_occupation_is_not_said(catalogue_database, ask):
    put(catalogue_database, offer("Menuisier aluminium", occupation=None))
    assert ask(occupation="menuisier", place="casa") == ["Menuisier aluminium"]
    assert ask.result.widened == ()


def test_a_sector_finds_all_its_occupations(catalogue_database, ask):
    put(
        catalogue_database,
        offer("Développeuse web", occupation="web developer"),
        offer("Technicien réseau", occupation="ict network technician"),
        offer("Cuisinier", occupation="cuisinier"),
    )
    assert set(ask(occupation="informatique", place="casa")) == {
        "Développeuse web",
        "Technicien réseau",
    }
    assert ask.result.widened == ()


def test_words_that_name_no_occupation_are_looked_for_in_the_text(catalogue_database, ask):
    put(
        catalogue_database,
        offer("Agent de piste", occupation=None, summary={"fr": "Nettoyer les avions la nuit"}),
        offer("Menuisier"),
    )
    assert ask(occupation="truc dans les avions", place="casa") == ["Agent de piste"]
    assert ask.result.occupation is None
    assert ask.result.widened == ()


def test_of_several_words_some_are_enough_in_the_end(catalogue_database, ask):
    put(catalogue_database, offer("Agent de piste, avions", occupation=None))
    assert ask(occupation="laveur des avions xylophone") == ["Agent de piste, avions"]
    assert ask.result.widened == ("occupation",)


def test_what_was_only_guessed_is_also_looked_for_in_the_text(catalogue_database, ask):
    row = offer("Poste varié", occupation=None, summary={"fr": "Menuisier pour décors de théâtre"})
    put(catalogue_database, row)
    assert ask(occupation="menuisier décors théâtre", place="casa") == ["Poste varié"]
    assert ask.result.occupation.how == "part"
    assert ask.result.widened == ()


class TestWidening:
    def test_any_contract_comes_first(self, catalogue_database, ask):
        put(
            catalogue_database,
            offer("Ici", contract="permanent"),
            offer("Ailleurs", contract="internship", place="Agadir"),
        )
        assert ask(occupation="menuisier", place="casa", contract="internship") == ["Ici"]
        assert ask.result.widened == ("contract",)

    def test_then_the_unit_group(self, catalogue_database, ask):
        put(
            catalogue_database,
            offer("Poseur de portes", occupation="door installer"),
            offer("Couvreur", occupation="roofer"),
            offer("Menuisier à Agadir", place="Agadir"),
        )
        assert ask(occupation="menuisier", place="casa") == ["Poseur de portes"]
        assert ask.result.widened == ("occupation",)
        assert keys(ask.result.hits[0])[0] == "close_occupation"

    def test_then_a_wider_radius(self, catalogue_database, ask):
        put(
            catalogue_database,
            offer("Menuisier à Rabat", place="Rabat"),
            offer("Maçon", occupation="bricklayer"),
            offer("Menuisier à Agadir", place="Agadir"),
        )
        assert ask(occupation="menuisier", place="casa", contract="permanent") == [
            "Menuisier à Rabat"
        ]
        assert ask.result.widened == ("contract", "place")
        near = next(r for r in ask.result.hits[0].reasons if r.key == "near")
        assert 75 <= near.args["count"] <= 90

    def test_then_the_minor_group(self, catalogue_database, ask):
        put(
            catalogue_database,
            offer("Maçon", occupation="bricklayer"),
            offer("Cuisinier", occupation="cuisinier"),
            offer("Menuisier à Agadir", place="Agadir"),
        )
        assert ask(occupation="menuisier", place="casa") == ["Maçon"]
        assert ask.result.widened == ("occupation",)

    def test_then_the_whole_country(self, catalogue_database, ask):
        put(
            catalogue_database,
            offer("Menuisier à Agadir", place="Agadir"),
            offer("Menuisier partout", place=None),
            offer("Menuisier à Tunis", place="Tunis", country="TN"),
        )
        assert set(ask(occupation="menuisier", place="casa")) == {
            "Menuisier à Agadir",
            "Menuisier partout",
        }
        assert ask.result.widened == ("country",)

    def test_then_online_then_any_country(self, catalogue_database, ask):
        abroad = offer("Menuisier à Tunis", place="Tunis", country="TN")
        put(catalogue_database, abroad)
        assert ask(occupation="menuisier", place="casa") == ["Menuisier à Tunis"]
        assert ask.result.widened == ("abroad",)
        online = offer("Conseil en ligne", place="online", country=None)
        put(catalogue_database, abroad, online)
        assert ask(occupation="menuisier", place="casa") == ["Conseil en ligne"]
        assert ask.result.widened == ("place",)

    def test_what_fits_comes_first_and_is_counted_alone(self, catalogue_database, ask):
        put(
            catalogue_database,
            offer("Ici", contract="permanent"),
            offer("Là", place="Rabat"),
            offer("Là-bas", place="Agadir"),
            offer("À Tunis", place="Tunis", country="TN"),
        )
        assert ask(occupation="menuisier", place="casa", contract="permanent") == ["Ici"]
        assert ask.result.widened == ()
        assert ask.result.total == 1
        assert ask.beyond == ["Là", "Là-bas"]  # never abroad where there is something at home
        assert ask.result.beyond == 2

    def test_two_pages_that_fit_are_not_added_to(self, catalogue_database, ask):
        fitting = [offer(f"Ici {n}", posted_days_ago=n) for n in range(6)]
        put(catalogue_database, *fitting, offer("Là", place="Rabat"))
        assert len(ask(occupation="menuisier", place="casa")) == 6
        assert ask.beyond == []

    def test_pages_go_on_into_what_was_added(self, catalogue_database, ask):
        put(catalogue_database, *(offer(f"Ici {n}", posted_days_ago=n) for n in range(4)))
        put(catalogue_database, *(offer(f"Là {n}", place="Rabat") for n in range(9)), source="b")
        assert ask(occupation="menuisier", place="casa", limit=3) == ["Ici 0", "Ici 1", "Ici 2"]
        assert ask(occupation="menuisier", place="casa", limit=3, offset=3) == ["Ici 3"]
        assert len(ask.beyond) == 2
        assert ask(occupation="menuisier", place="casa", limit=3, offset=6) == []
        assert ask.beyond == []

    def test_nothing_at_all(self, catalogue_database, ask):
        put(catalogue_database, offer("Cuisinier", occupation="cuisinier"))
        assert ask(occupation="menuisier", place="casa") == []
        assert ask.result.total == 0
        assert ask.result.widened == ()
        assert ask.result.occupation is not None
        assert ask.result.place is not None


class TestVisible:
    def test_expired_listings_never_show(self, catalogue_database, ask):
        put(
            catalogue_database,
            offer("Hier", expires_in_days=-1),
            offer("Aujourd'hui", expires_in_days=0),
            offer("Demain", expires_in_days=1),
            offer("Toujours"),
        )
        assert set(ask()) == {"Aujourd'hui", "Demain", "Toujours"}
        assert set(ask(today=TODAY + timedelta(days=1))) == {"Demain", "Toujours"}
        assert ask(today=TODAY + timedelta(days=400)) == ["Toujours"]

    def test_the_very_moment(self, catalogue_database, ask):
        put(catalogue_database, offer("Ce soir", expires_in_days=0))
        midnight = datetime(2025, 3, 11, tzinfo=UTC)
        assert ask(today=midnight - timedelta(seconds=1)) == ["Ce soir"]
        assert ask(today=midnight) == []

    def test_events_that_are_over(self, catalogue_database, ask):
        put(
            catalogue_database,
            event("Passé", starts_in_days=-3),
            event("En cours", starts_in_days=-3, ends_in_days=1),
            event("À venir", starts_in_days=2),
            event("À confirmer", starts_in_days=None, to_be_confirmed=["date"]),
        )
        assert ask(kind="event") == ["En cours", "À venir", "À confirmer"]

    def test_a_training_shows_until_its_last_day(self, catalogue_database, ask):
        put(
            catalogue_database,
            training("Finie", starts_in_days=-9, ends_in_days=-1),
            training("Commencée", starts_in_days=-9, ends_in_days=9),
        )
        assert ask(kind="training") == ["Commencée"]

    def test_kinds_do_not_mix(self, catalogue_database, ask):
        put(catalogue_database, offer("O"), training("T"), event("E"))
        assert ask(kind="offer") == ["O"]
        assert ask(kind="training") == ["T"]
        assert ask(kind="event") == ["E"]


def test_topics_in_the_words_of_the_listing_and_through_the_trade(catalogue_database, ask):
    put(
        catalogue_database,
        training("Excel pour débuter", topics=["excel", "bureautique"]),
        training("Atelier couture", occupation="dressmaker", place="Rabat"),
    )
    assert ask(kind="training", topic="EXCEL") == ["Excel pour débuter"]
    assert ask(kind="training", topic="الخياطة") == ["Atelier couture"]
    assert keys(ask.result.hits[0])[0] == "topic"
    assert ask(kind="training", topic="Excel", place="Agadir") == ["Excel pour débuter"]
    assert ask.result.widened == ("country",)
    assert ask(kind="training", topic="plongée sous-marine") == []


def test_dates(catalogue_database, ask):
    put(
        catalogue_database,
        event("Bientôt", starts_in_days=3),
        event("Plus tard", starts_in_days=30),
        event("Sans date", starts_in_days=None),
    )
    day = TODAY + timedelta(days=20)
    assert ask(kind="event", starting_from=day) == ["Plus tard"]
    assert ask(kind="event", starting_until=day) == ["Bientôt"]
    assert ask(kind="event") == ["Bientôt", "Plus tard", "Sans date"]


def test_online_and_anywhere_and_unknown_places(catalogue_database, ask):
    put(
        catalogue_database,
        training("Ici"),
        training("En ligne", place="online", country=None),
        training("À Tunis", place="Tunis", country="TN"),
    )
    assert ask(kind="training", place="عن بعد") == ["En ligne"]
    assert keys(ask.result.hits[0])[0] == "online"
    assert ask(kind="training", anywhere=True, place="Tunis")[0] == "Ici"
    assert set(ask(kind="training", place="Nulle-part-les-Bains")) == {"Ici", "En ligne", "À Tunis"}
    assert ask.result.place is None
    assert ask(kind="training", place="Tunisie") == ["À Tunis"]


def test_order_by_fit_then_freshness(catalogue_database, ask):
    put(
        catalogue_database,
        offer("Vieux", posted_days_ago=20),
        offer("Frais", posted_days_ago=0),
        offer("À Mohammedia", posted_days_ago=0, place="Mohammedia"),
        offer("Apprenti", contract="apprenticeship", posted_days_ago=20),
    )
    near_last = ["Frais", "Apprenti", "Vieux", "À Mohammedia"]
    assert ask(occupation="menuisier", place="casa") == near_last
    scores = [hit.score for hit in ask.result.hits]
    assert scores == sorted(scores, reverse=True)
    assert "new_today" in keys(ask.result.hits[0])


def test_pages_do_not_repeat_and_what_was_shown_can_be_left_out(catalogue_database, ask):
    put(catalogue_database, *(offer(f"Menuisier {n}", posted_days_ago=n) for n in range(7)))
    pages = [ask(occupation="menuisier", limit=3, offset=at) for at in (0, 3, 6, 9)]
    assert [len(page) for page in pages] == [3, 3, 1, 0]
    assert len(set(chain(*pages))) == 7
    assert ask.result.total == 7
    ask(occupation="menuisier", limit=3)
    shown = [hit.listing.id for hit in ask.result.hits]
    rest = ask(occupation="menuisier", exclude=shown)
    assert sorted(rest) == sorted(set(chain(*pages)) - set(pages[0]))


def test_no_experience_is_a_reason(catalogue_database, ask):
    put(catalogue_database, offer("A", summary={"fr": "Débutant accepté, formation assurée."}))
    ask(occupation="menuisier")
    assert "no_experience" in keys(ask.result.hits[0])


def test_total_is_bounded(catalogue_database, ask):
    put(catalogue_database, *(offer(f"Menuisier {n}") for n in range(CANDIDATES + 20)))
    ask(occupation="menuisier", place="casa")
    assert ask.result.total == CANDIDATES


def test_details(catalogue_database):
    put(catalogue_database, offer("Menuisier", expires_in_days=-1))
    with catalogue_database.read() as session:
        hit = get(session, 1)
        assert hit is not None
        assert hit.titles == {"fr": "Menuisier"}
        assert get(session, 2) is None
        assert get(session, -1) is None
        assert get(session, 10**30) is None


@pytest.mark.parametrize(
    "words",
    [
        'NEAR("menuisier" maçon)', "menuisier AND", "NOT", 'OR "', "*", "a*", "^menuisier", "-x",
        "stems : x", "K:offer", "'; DROP TABLE listing; --", "\\", "'", "a & b | !c", "<->", "%_",
        "\x00", "\ud800", "🙂", " ", "()", "a" * 100_000, "menuisier " * 10_000, "𞤀𞤣𞤤𞤢𞤥", "กขค",
    ],
)  # fmt: skip
def test_operators_and_oddities_are_inert(catalogue_database, ask, words):
    put(catalogue_database, offer("Menuisier"), training("Excel"))
    ask(text=words)
    ask(occupation=words, place=words, contract="permanent")
    ask(kind="training", topic=words)
    assert ask() == ["Menuisier"]


ANY_TEXT = st.text(alphabet=st.characters(), max_size=40)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=ANY_TEXT, occupation=ANY_TEXT, place=ANY_TEXT, topic=ANY_TEXT)
def test_nothing_that_is_typed_raises(vocabulary, text, occupation, place, topic):
    for kind in ("offer", "training", "event"):
        for words in ({"text": text}, {"occupation": occupation}, {"topic": topic}):
            request = SearchRequest(kind, place=place, country="MA", **words)
            with vocabulary.read() as session:
                assert search(session, request, TODAY).hits == []
