"""The words that the service knows: places, everyday names of jobs, sectors, short word lists."""

import csv
from collections import Counter
from datetime import date
from itertools import pairwise

import pytest
import yaml

from actions.dates import window
from actions.lexicon import FOLDER, lexicon
from catalogue import gazetteer, places, taxonomy
from catalogue.files import read_csv
from catalogue.text import normalise
from catalogue.vocabulary import DATA, load_vocabulary
from store import migrate
from store.engine import Database

COLUMNS = {
    "places/aliases": ("country", "name", "alias"),
    "places/extra_cities": ("country", "name", "fr", "ar", "population", "lat", "lon"),
    "taxonomy/everyday_names": ("code", "language", "name"),
    "taxonomy/sectors": ("key", "isco", "en", "fr", "ar", "aliases"),
}
LEXICONS = ("any", "contracts", "dates", "ordinals")


def rows(name):
    return list(read_csv(DATA / f"{name}.csv", COLUMNS.get(name, ())))


def words(name):
    content = yaml.safe_load((FOLDER / f"{name}.yml").read_text(encoding="utf-8"))
    return [(str(key), str(word)) for key, listed in content.items() for word in listed]


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('shipped') / 'vocabulary.db'}")
    migrate.upgrade(database)
    load_vocabulary(database)
    with database.read() as open_session:
        yield open_session
    database.close()


@pytest.mark.parametrize("name", COLUMNS)
def test_every_cell_says_something_and_no_row_stands_twice(name):
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        header, *lines = csv.reader(file)
    assert tuple(header) == COLUMNS[name]
    assert [line for line in lines if not all(cell == cell.strip() != "" for cell in line)] == []
    assert [line for line, times in Counter(map(tuple, lines)).items() if times > 1] == []


def test_everyday_names_belong_to_a_known_occupation_or_group():
    known = {row["code"] for row in rows("taxonomy/occupations")}
    known |= {row["code"] for row in rows("taxonomy/isco_groups") if len(row["code"]) in (3, 4)}
    names = rows("taxonomy/everyday_names")
    assert {row["code"] for row in names} - known == set()
    assert {row["language"] for row in names} == {"en", "fr", "ar", "darija", "arabizi"}
    same = Counter((row["code"], normalise(row["name"])) for row in names)
    assert [pair for pair, times in same.items() if times > 1] == []


def test_everyday_names_cover_the_trades_in_all_ways_of_speaking():
    names = rows("taxonomy/everyday_names")
    assert len(names) >= 1200
    by_code = {row["code"]: set() for row in names}
    for row in names:
        by_code[row["code"]].add(row["language"])
    assert sum(len(languages) == 5 for languages in by_code.values()) >= 220


def test_sectors_name_known_groups_and_share_no_word():
    groups = {row["code"] for row in rows("taxonomy/isco_groups")}
    sectors = rows("taxonomy/sectors")
    assert len(sectors) >= 45
    assert {code for row in sectors for code in row["isco"].split("|")} - groups == set()
    meanings: dict[str, list[str]] = {}
    for row in sectors:
        for word in {
            normalise(w) for w in [row["en"], row["fr"], row["ar"], *row["aliases"].split("|")]
        }:
            meanings.setdefault(word, []).append(row["key"])
    assert "" not in meanings
    assert {word: keys for word, keys in meanings.items() if len(keys) > 1} == {}


def test_aliases_lead_to_places_that_exist():
    cities = {
        (row["country"], row["name"])
        for file in ("cities", "extra_cities")
        for row in rows(f"places/{file}")
    }
    countries = {
        (row["id"], row["id"]) for _, row in gazetteer.rows(DATA / "places") if "id" in row
    }
    aliases = rows("places/aliases")
    assert [r for r in aliases if (r["country"], r["name"]) not in cities | countries] == []
    assert sum(row["country"] != row["name"] for row in aliases) >= 250
    same = Counter((row["country"], row["name"], normalise(row["alias"])) for row in aliases)
    assert [alias for alias, times in same.items() if times > 1] == []


def test_extra_cities_stand_on_the_map_where_their_country_is():
    by_country: dict[str, list[tuple[float, float]]] = {}
    for row in rows("places/extra_cities"):
        assert int(row["population"]) > 0
        by_country.setdefault(row["country"], []).append((float(row["lat"]), float(row["lon"])))
    least = {"TR": 30, "PS": 20, "MR": 12, "ML": 8}
    assert {
        c: len(by_country.get(c, [])) for c in least if len(by_country.get(c, [])) < least[c]
    } == {}
    # No country listed here is wider than 30 degrees: a swapped or mistyped number stands out.
    for spots in by_country.values():
        for axis in zip(*spots, strict=True):
            assert max(axis) - min(axis) < 30
            assert all(b - a < 16 for a, b in pairwise(sorted(axis)))


@pytest.mark.parametrize("name", LEXICONS)
def test_a_word_of_a_lexicon_stands_in_one_list_and_once(name):
    seen = Counter(normalise(word) for _, word in words(name))
    assert "" not in seen
    assert [word for word, times in seen.items() if times > 1] == []


def test_lists_of_a_lexicon_are_those_that_the_actions_know():
    assert {key for key, _ in words("any")} == {"anything", "anywhere", "online"}
    assert {key for key, _ in words("ordinals")} == {"1", "2", "3", "4", "5", "last"}
    assert {key for key, _ in words("contracts")} == {
        "permanent", "fixed_term", "temporary", "internship", "apprenticeship", "part_time",
        "full_time", "freelance", "seasonal", "volunteering",
    }  # fmt: skip
    today = date(2025, 11, 22)
    assert [word for _, word in words("dates") if window(word, today) is None] == []


def test_anywhere_and_online_are_heard_inside_a_message():
    known = lexicon("any")
    lost = [
        word
        for key, word in words("any")
        if key in ("anywhere", "online") and known.within(f"xx {word} yy") != key
    ]
    assert lost == []


@pytest.mark.parametrize(
    ("said", "group"),
    [
        ("plombi", "7126"),
        ("بلومبي", "7126"),
        ("khayata", "7531"),
        ("الخياطة", "8153"),
        ("نجار", "7115"),
        ("سودور", "7212"),
        ("chifor", "8332"),
        ("garson", "5131"),
        ("teleoperateur", "5244"),
        ("centre d'appel", "4222"),
        ("3assas", "5414"),
        ("فرملية", "2221"),
        ("femme de ménage", "9112"),
        ("BTP", "7112"),
        ("informatique", "2512"),
        ("إعلام آلي", "2512"),
        ("énergie solaire", "7411"),
        ("fla7a", "9213"),
    ],
)
def test_jobs_by_the_names_people_use(session, said, group):
    match = taxonomy.resolve(session, said)
    assert match is not None
    assert group in match.isco


@pytest.mark.parametrize(
    ("said", "country", "place"),
    [
        ("kaza", "MA", "MA/casablanca"),
        ("سيدي معروف", "MA", "MA/casablanca"),
        ("9nitra", "MA", "MA/kenitra"),
        ("kech", "MA", "MA/marrakesh"),
        ("sfa9es", "TN", "TN/sfax"),
        ("tounes", "TN", "TN/tunis"),
        ("dzair", "DZ", "DZ/algiers"),
        ("9sentina", "DZ", "DZ/constantine"),
        ("dar el beida", "DZ", "DZ/dar-el-beida"),
        ("ndar", "SN", "SN/saint-louis"),
        ("Guédiawaye", "SN", "SN/guediawaye"),
        ("babi", "CI", "CI/abidjan"),
        ("Yopougon", "CI", "CI/abidjan"),
        ("eskendria", "EG", "EG/alexandria"),
        ("مصر الجديدة", "EG", "EG/heliopolis"),
        ("al-quds", "PS", "PS/jerusalem"),
        ("إسطنبول", "TR", "TR/istanbul"),
        ("lmaghrib", "TN", "MA"),
        ("masr", "EG", "EG"),
        ("RCI", "CI", "CI"),
    ],
)
def test_places_by_the_names_people_use(session, said, country, place):
    match = places.resolve(session, said, country=country)
    assert match is not None
    assert match.place.id == place
