import shutil

import pytest
from sqlalchemy import func, select

from catalogue import places, taxonomy
from catalogue.models import Occupation, OccupationName, Place
from catalogue.vocabulary import load_vocabulary
from errors import DataError


@pytest.fixture
def small(tmp_path):
    """A vocabulary of a handful of rows."""
    for name in ("taxonomy", "places"):
        (tmp_path / name).mkdir()
    write(
        tmp_path,
        "taxonomy/isco_groups",
        "code,en,fr",
        "7,Crafts,Artisanat",
        "7115,Carpenters,Menuisiers",
    )
    write(
        tmp_path,
        "taxonomy/occupations",
        "code,isco,green_share,en,fr,ar,names_en,names_fr,names_ar",
        "7115.1,7115,0.1,carpenter,charpentier,نجار,carpenter|joiner,charpentier,نجار",
    )
    write(
        tmp_path, "places/cities", "country,name,fr,ar,population,lat,lon",
        "MA,Fes,Fès,فاس,1000,34.03,-5.0",
    )  # fmt: skip
    return tmp_path


def write(folder, name, *lines):
    (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def counted(database, table):
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_loaded_once_and_again_when_the_files_change(database, small):
    assert load_vocabulary(database, small)
    assert not load_vocabulary(database, small)
    assert counted(database, Occupation) == 3
    with database.read() as session:
        assert taxonomy.resolve(session, "najar") is None
    write(small, "taxonomy/everyday_names", "code,language,name", "7115.1,fr,najar")
    assert load_vocabulary(database, small)
    assert counted(database, Occupation) == 3
    with database.read() as session:
        match = taxonomy.resolve(session, "najar")
    assert match is not None
    assert match.code == "7115.1"


def test_an_alias_leads_to_its_place_and_an_extra_city_corrects_a_given_one(database, small):
    write(small, "places/aliases", "country,name,alias", "MA,فاس,lfassia", "TN,TN,blad el yasmin")
    write(
        small, "places/extra_cities", "country,name,fr,ar,population,lat,lon",
        "MA,Fes,Fès,فاس,1091512,34.03,-5.0",
    )  # fmt: skip
    load_vocabulary(database, small)
    with database.read() as session:
        assert session.get(Place, "MA/fes").population == 1_091_512
        fes, tunisia = places.resolve(session, "lfassia"), places.resolve(session, "blad el yasmin")
    assert fes is not None
    assert tunisia is not None
    assert (fes.place.id, tunisia.place.id) == ("MA/fes", "TN")


def test_an_everyday_name_counts_more_than_a_label(database, small):
    write(small, "taxonomy/everyday_names", "code,language,name", "7,en,carpenter")
    load_vocabulary(database, small)
    with database.read() as session:
        match = taxonomy.resolve(session, "carpenter")
    assert match is not None
    assert match.code is None
    assert match.isco == ("7", "7115")


@pytest.mark.parametrize(
    ("name", "lines", "told"),
    [
        (
            "taxonomy/everyday_names",
            ["code,language,name", "1,fr,x"],
            r"everyday_names\.csv:2: .*'1'",
        ),
        ("taxonomy/everyday_names", ["code,name"], r"everyday_names\.csv:1: no column language"),
        (
            "taxonomy/sectors",
            ["key,isco,en,fr,ar,aliases", "it,25"],
            r"sectors\.csv:2: not as many",
        ),
        ("places/aliases", ["country,name,alias", "MA,Atlantis,x"], r"aliases\.csv:2: no place"),
        (
            "places/extra_cities",
            ["country,name,fr,ar,population,lat,lon", "MA,X,X,,many,1,2"],
            r"extra_cities\.csv:2:",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_nothing_changes(
    database, small, name, lines, told
):
    load_vocabulary(database, small)
    before = counted(database, OccupationName)
    write(small, name, *lines)
    with pytest.raises(DataError, match=told):
        load_vocabulary(database, small)
    assert counted(database, OccupationName) == before


def test_what_is_kept_in_memory_follows_the_vocabulary(database, small, tmp_path):
    load_vocabulary(database, small)
    with database.read() as session:
        assert places.resolve(session, "Chefchaouen") is None
        assert places.resolve(session, "Ouarzzazat") is None
    shutil.copy(small / "places/cities.csv", small / "places/extra_cities.csv")
    with (small / "places/extra_cities.csv").open("a", encoding="utf-8") as file:
        file.write("MA,Ouarzazate,Ouarzazate,ورزازات,1000,30.9,-6.9\n")
    load_vocabulary(database, small)
    with database.read() as session:
        match = places.resolve(session, "Ouarzzazat")
    assert match is not None
    assert (match.how, match.place.id) == ("fuzzy", "MA/ouarzazate")
