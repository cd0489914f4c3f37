"""The shipped listings, with the shipped occupations and places: what a fresh start shows."""

from collections import Counter
from datetime import date, timedelta

import pytest
import yaml

from catalogue.demo import FOLDER, load_demo
from catalogue.files import read_csv
from catalogue.listing_in import ListingIn
from catalogue.models import Contract, Kind, Listing
from catalogue.search import SearchRequest, search
from catalogue.vocabulary import DATA, load_vocabulary
from store import migrate
from store.engine import Database

TODAY = date(2030, 3, 4)
COUNTRIES = {"MA", "TN", "DZ", "SN", "CI", "EG"}
LANGUAGES = {"en", "fr", "ar"}
FILES = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.yml")
}
ROWS = {name: [ListingIn.model_validate(row) for row in rows] for name, rows in FILES.items()}
PLAN = ROWS["work_plan"]
OFFERS = [row for name, rows in ROWS.items() if name.startswith("offers_") for row in rows]
LEARNING = [*ROWS["trainings"], *ROWS["events"]]
INVENTED = [*OFFERS, *LEARNING]


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('demo') / 'demo.db'}")
    migrate.upgrade(database)
    load_vocabulary(database)
    summaries = load_demo(database, TODAY)
    yield database, summaries
    database.close()


def find(shown, **wanted):
    """Ids of all that is found without looking further than asked."""
    with shown[0].read() as session:
        result = search(session, SearchRequest(**wanted, limit=50), TODAY)
        fitting = [hit.listing.source_id for hit in result.hits if not hit.beyond]
        return [] if result.widened else fitting


def test_nothing_is_rejected(shown):
    assert {name: summary.rejected for name, summary in shown[1].items()} == {
        f"demo:{name}": [] for name in FILES
    }
    assert {name: summary.added for name, summary in shown[1].items()} == {
        f"demo:{name}": len(rows) for name, rows in FILES.items()
    }


def test_every_place_and_occupation_of_an_offer_is_known(shown):
    with shown[0].read() as session:
        lost = [
            (offer.source_id, offer.place_text)
            for offer in session.query(Listing).filter(Listing.kind == Kind.OFFER)
            if offer.place_id is None or not (offer.occupation_code or offer.isco)
        ]
    assert lost == []


def test_ids_are_unique_over_all_files():
    ids = Counter(row.id for rows in ROWS.values() for row in rows)
    assert [key for key, times in ids.items() if times > 1] == []


def test_enough_offers_in_each_of_six_countries():
    by_country = Counter(offer.country for offer in OFFERS)
    assert set(by_country) == COUNTRIES
    assert min(by_country.values()) >= 50
    assert by_country.total() >= 300


def test_contracts_are_spread():
    contracts = Counter(offer.contract for offer in OFFERS)
    assert set(contracts) == set(Contract)
    assert contracts[Contract.INTERNSHIP] >= 60
    assert contracts[Contract.APPRENTICESHIP] >= 30


def test_most_offers_speak_their_original_language_only():
    one = sum(len(offer.title) == 1 for offer in OFFERS) / len(OFFERS)
    assert 0.6 <= one <= 0.8
    assert all(set(offer.title) == LANGUAGES for offer in OFFERS if len(offer.title) > 1)
    arabic = {offer.country for offer in OFFERS if offer.language == "ar"}
    assert arabic == {"MA", "TN", "DZ", "EG"}
    assert {"fr", "en"} <= {offer.language for offer in OFFERS}


def test_places_are_many_and_named_as_in_the_list_of_cities():
    cities = {
        (row["country"], row["name"]) for row in read_csv(DATA / "places/cities.csv", ("name",))
    }
    used = {(row.country, row.place) for row in INVENTED if row.country}
    assert used - cities == set()
    assert min(Counter(country for country, _ in used).values()) >= 8


@pytest.mark.parametrize("row", INVENTED, ids=lambda row: row.id)
def test_an_invented_listing_says_so_and_is_whole(row):
    assert row.demo
    assert row.url.startswith("https://emploi.example/")
    assert row.url.endswith(f"/{row.id}")
    assert row.summary[row.original_language]
    assert set(row.apply) == LANGUAGES
    assert row.organisation


def test_no_employer_appears_twice_and_no_salary_is_invented():
    employers = Counter(offer.organisation for offer in OFFERS)
    assert [name for name, times in employers.items() if times > 1] == []
    assert {offer.salary for offer in OFFERS} == {
        None, "selon profil", "by agreement", "حسب المؤهلات",
    }  # fmt: skip


def test_days_are_counted_from_loading():
    for offer in OFFERS:
        assert 0 <= offer.posted_days_ago <= 25, offer.id
        assert 10 <= offer.expires_in_days <= 60, offer.id
    assert all(3 <= row.starts_in_days <= 70 for row in ROWS["trainings"])
    assert all(2 <= row.starts_in_days <= 60 for row in ROWS["events"])


def test_trainings_and_events_cover_countries_and_languages():
    assert len(ROWS["trainings"]) >= 60
    assert len(ROWS["events"]) >= 25
    for rows in (ROWS["trainings"], ROWS["events"]):
        assert {row.country for row in rows if not row.online} == COUNTRIES
        assert any(row.online for row in rows)
    whole = [row for row in ROWS["trainings"] if set(row.title) == set(row.summary) == LANGUAGES]
    assert len(whole) >= len(ROWS["trainings"]) / 2
    assert all(set(row.title) == LANGUAGES for row in ROWS["events"])


@pytest.mark.parametrize(
    ("words", "least"),
    [
        ({"occupation": "plumber", "place": "Tunis"}, 3),
        ({"occupation": "électricien", "place": "Sfax"}, 2),
        ({"occupation": "نجار", "place": "فاس"}, 1),
        ({"occupation": "call centre agent", "place": "Dakar"}, 1),
        ({"occupation": "téléopérateur", "place": "Abidjan"}, 1),
        ({"occupation": "couturière", "place": "Monastir"}, 1),
        ({"occupation": "soudeur", "place": "Oran"}, 1),
        ({"occupation": "web developer", "place": "Dakar"}, 1),
        ({"occupation": "développeur web", "place": "Tunis"}, 1),
        ({"occupation": "infirmier", "place": "Algiers"}, 1),
        ({"occupation": "menuisier", "place": "Pikine"}, 2),
        ({"occupation": "chauffeur-livreur", "place": "Abidjan"}, 1),
    ],
)
def test_the_offers_that_demonstrations_ask_for_are_there(shown, words, least):
    assert len(find(shown, kind="offer", **words)) >= least


def test_no_plumber_in_gafsa_but_two_in_sfax(shown):
    assert find(shown, kind="offer", occupation="plombier", place="Gafsa") == []
    assert len(find(shown, kind="offer", occupation="plombier", place="Sfax")) == 2
    with shown[0].read() as session:
        wider = search(session, SearchRequest("offer", occupation="plombier", place="Gafsa"), TODAY)
    assert [hit.listing.place_text for hit in wider.hits[:2]] == ["Sfax", "Sfax"]


@pytest.mark.parametrize(("city", "least"), [("Casablanca", 8), ("Rabat", 4)])
def test_computing_internships_of_morocco(shown, city, least):
    with shown[0].read() as session:
        groups = [
            offer.isco
            for offer in session.query(Listing).filter(
                Listing.contract == "internship", Listing.place_text == city
            )
        ]
    # 25 and 35 are the ISCO groups of information technology.
    assert sum(str(group).startswith(("25", "35")) for group in groups) >= least


def test_a_carpenter_is_wanted_in_fes_in_arabic():
    titles = [o.title["ar"] for o in OFFERS if o.place == "Fes" and o.language == "ar"]
    assert any("نجار" in title for title in titles)


@pytest.mark.parametrize(
    "topic",
    [
        "Excel", "إكسل", "Word", "anglais", "English", "الإنجليزية", "français", "الفرنسية",
        "digital marketing", "التسويق الرقمي", "développement web", "cybersecurity", "الخياطة",
        "couture", "pâtisserie", "welding", "plomberie", "السباكة", "électricité", "solar panels",
        "الطاقة الشمسية", "comptabilité", "المحاسبة", "relation client", "soft skills",
        "entrepreneuriat", "business plan", "permis de conduire", "first aid", "الإسعافات الأولية",
        "childcare", "techniques agricoles", "drip irrigation", "الري بالتنقيط", "recyclage",
        "computer basics", "CV", "entretien", "langue des signes", "لغة الإشارة", "MOOC",
    ],
)  # fmt: skip
def test_a_training_is_found_by_its_topic(shown, topic):
    assert find(shown, kind="training", topic=topic)


def test_three_excel_courses(shown):
    assert len(find(shown, kind="training", topic="Excel")) >= 3


@pytest.mark.parametrize(
    "words",
    [
        "معرض توظيف",
        "salon de l'emploi",
        "job fair",
        "portes ouvertes",
        "atelier CV",
        "webinar",
        "NEET",
    ],
)
def test_an_event_is_found_by_its_words(shown, words):
    assert find(shown, kind="event", text=words)


def test_no_invented_listing_names_a_year():
    told = " ".join(t for row in INVENTED for t in (*row.title.values(), *row.summary.values()))
    assert [str(year) for year in range(2020, 2040) if str(year) in told] == []


def test_sixteen_activities_of_the_network_four_a_theme():
    themes = Counter(row.id.split("-")[1] for row in PLAN)
    assert themes == {"1": 4, "2": 4, "3": 4, "4": 4}
    assert Counter(row.kind for row in PLAN) == {Kind.TRAINING: 8, Kind.EVENT: 8}


@pytest.mark.parametrize("row", PLAN, ids=lambda row: row.id)
def test_an_activity_is_told_honestly_in_three_languages(row):
    assert not row.demo
    assert row.organisation == "OIC-PESNET"
    assert "oic-pesnet" in row.topics
    for texts in (row.title, row.summary, row.hosts, row.audience, row.date_text, row.apply):
        assert set(texts) == LANGUAGES
    assert "not for job seekers" in row.audience["en"]
    assert date(2024, 8, 1) <= row.starts_on < row.ends_on <= date(2026, 2, 28)
    unsure = {
        "en": "to be confirmed" in row.hosts["en"],
        "fr": "à confirmer" in row.hosts["fr"],
        "ar": "قيد التأكيد" in row.hosts["ar"],
    }
    assert set(unsure.values()) == {"hosts" in row.to_be_confirmed}


def test_hosts_to_be_confirmed_are_those_of_the_plan():
    sure = {row.id for row in PLAN if "hosts" not in row.to_be_confirmed}
    assert sure == {"wp-2-2", "wp-3-4", "wp-4-1", "wp-4-3"}
    on_site = {row.id: row.country for row in PLAN if not row.online}
    assert on_site == {"wp-1-3": "AZ", "wp-3-3": "MA", "wp-3-4": "MY", "wp-4-3": "TR"}


def test_an_activity_shows_until_its_last_day(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'then.db'}")
    migrate.upgrade(database)
    last = date(2024, 9, 30)
    found = []
    for day in (last, last + timedelta(days=1)):
        load_demo(database, day)
        with database.read() as session:
            request = SearchRequest("training", topic="oic-pesnet", limit=50)
            found.append({hit.listing.source_id for hit in search(session, request, day).hits})
    database.close()
    assert "wp-1-1" in found[0]
    assert found[0] - found[1] == {"wp-1-1"}
