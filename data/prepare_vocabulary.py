"""Make data/taxonomy and data/places from the published files: labels split, machine slips out.

    uv run python data/prepare_vocabulary.py FOLDER

FOLDER holds taxonomy/ (ESCO occupations, ISCO groups, ROME titles and crosswalk as CSV) and
places/cities_en_fr_ar.csv. NOTICE names the publishers. Run it when they publish anew.
"""

# ruff: noqa: INP001 - a script beside its data, part of no package

import csv
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

HERE = Path(__file__).parent
LEFT_OUT = {"BE", "CH"}
# Arabic names of SN and CI are made by machine: too often wrong where nobody looks.
MACHINE_MADE_BELOW = 100_000
DIVISION = re.compile(
    r"\b(province|prefecture|department|département|region|governorate)\b", re.IGNORECASE
)
INCLUSIVE = re.compile(r"\((?:e|ne|le|se|rice|trice|euse|ère|ière|ve|ive|eure|esse|s|es)\)")
# French names that are another word, not another spelling; all other differences are dropped.
EXONYMS = {
    "Marrakesh": "Marrakech", "Tangier": "Tanger", "Sale": "Salé", "Temara": "Témara",
    "Algiers": "Alger", "El Kef": "Le Kef", "Alexandria": "Alexandrie", "Aswan": "Assouan",
    "Cairo": "Le Caire", "Damietta": "Damiette", "Giza": "Gizeh", "Ismailia": "Ismaïlia",
    "Luxor": "Louxor", "Port Said": "Port-Saïd", "Sharm el-Sheikh": "Charm el-Cheikh",
    "Heliopolis": "Héliopolis", "Beirut": "Beyrouth", "Tyre": "Tyr", "Jeddah": "Djeddah",
    "Mecca": "La Mecque", "Medina": "Médine", "Riyadh": "Riyad", "Sidon": "Saïda",
    "Ta'if": "Taëf", "Skhirate": "Skhirat", "Aleppo": "Alep", "Tripoli": "Tripoli",
}  # fmt: skip
# Slips found by reading the larger cities: (country, published name) to (name, Arabic name).
CORRECTIONS = {
    ("MA", "Sale"): ("Sale", "سلا"),
    ("MA", "Chefchaouen"): ("Chefchaouen", "شفشاون"),
    ("MA", "Safi"): ("Safi", "آسفي"),
    ("MA", "Al Fqih Ben Çalah"): ("Fquih Ben Salah", "الفقيه بن صالح"),
    ("MA", "Fquih Ben Salah"): ("", ""),
    ("MA", "El Jadid"): ("El Jadida", "الجديدة"),
    ("MA", "Mediouna"): ("Mediouna", "مديونة"),
    ("MA", "Oujda-Angad"): ("Oujda", "وجدة"),
    ("MA", "Ouarzazat"): ("", ""),
    ("MA", "Guercif"): ("Guercif", "كرسيف"),
    ("DZ", "Constantine"): ("Constantine", "قسنطينة"),
    ("DZ", "Mascara"): ("Mascara", "معسكر"),
    ("DZ", "Médéa"): ("Médéa", "المدية"),
    ("DZ", "Saïda"): ("Saïda", "سعيدة"),
    ("DZ", "El Oued"): ("El Oued", "الوادي"),
    ("TN", "Ariana"): ("Ariana", "أريانة"),
    ("TN", "La Soukra"): ("La Soukra", "سكرة"),
    ("SN", "Thiès"): ("Thiès", "تييس"),
    ("SN", "Pikine"): ("Pikine", "بيكين"),
    ("CI", "Man"): ("Man", "مان"),
}
# Cities that are published without inhabitants or in the wrong spot: inhabitants, degrees.
MEASURED = {
    ("MA", "Fes"): ("1091512", "34.033100", "-5.000300"),
    ("MA", "Oujda"): ("494252", "34.681400", "-1.908600"),
}


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of one CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def write(path: Path, header: list[str], lines: Iterable[list[str]]) -> None:
    """One CSV file, sorted as given."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header)
        out.writerows(lines)


def forms(label: str) -> list[str]:
    """`menuisier/menuisière` and `Agent / Agente d'accueil` to the names of both genders."""
    label = INCLUSIVE.sub("", label.replace("''", "'").strip(' "'))
    left, slash, right = (part.strip() for part in label.partition("/"))
    if not slash or not left or not right or "/" in right:
        return [label]
    if plain(left)[:2] != plain(right)[:2]:
        return [label.replace("/", " "), left, right] if " / " in label else [left, right]
    count, words = len(left.split()), right.split()
    return [" ".join([left, *words[count:]]), right]


def plain(text: str) -> str:
    """Without accents, Arabic article and case."""
    marked = unicodedata.normalize("NFD", text.casefold())
    return "".join(c for c in marked if not unicodedata.combining(c)).removeprefix("ال")


def occupations(source: Path) -> Iterator[list[str]]:
    """Code, group, green share, labels, further names (by `|`)."""
    for row in rows(source / "esco_occupations.csv"):
        names = []
        for language in ("en", "fr", "ar"):
            label = row[f"label_{language}"]
            others = [f for alt in row[f"alt_{language}"].split("|") if alt for f in forms(alt)]
            names.append("|".join(dict.fromkeys([*forms(label), *others])))
        labels = [re.sub(r"\s*/\s*", " / ", row[f"label_{x}"]) for x in ("en", "fr", "ar")]
        yield [row["code"], row["isco"], row["green_share"], *labels, *names]


def titles(source: Path) -> Iterator[list[str]]:
    """ROME code and one French job title, both genders."""
    for row in rows(source / "rome_appellations_fr.csv"):
        for name in dict.fromkeys(forms(row["label_fr"])):
            yield [row["rome"], name]


def arabic(text: str) -> bool:
    """Whether it is in Arabic script."""
    return any("\u0600" <= c <= "\u06ff" for c in text)


def cities(source: Path) -> Iterator[list[str]]:
    """Country, name, French and Arabic name, inhabitants, degrees; one row a city."""
    best: dict[tuple[str, str], list[str]] = {}
    for row in rows(source / "cities_en_fr_ar.csv"):
        country, name = row["country"], row["name"].strip()
        name, ar = CORRECTIONS.get((country, name), (name, ""))
        if not name or country in LEFT_OUT or DIVISION.search(name):
            continue
        french = EXONYMS.get(name) or (row["fr"] if same(row["fr"], name) else name)
        measured = (row["population"] or "0", row["lat"][:9], row["lon"][:9])
        measured = MEASURED.get((country, name), measured)
        people = measured[0]
        if not ar and (country not in {"SN", "CI"} or int(people) >= MACHINE_MADE_BELOW):
            ar = next((x for x in (row["native"], row["ar"]) if arabic(x)), "")
        city = [country, name, french, ar, *measured]
        key = (country, re.sub(r"\W", "", plain(name)))
        if key not in best or int(people) > int(best[key][4]):
            best[key] = city
    return iter(best.values())


def same(one: str, other: str) -> bool:
    """Whether two spellings differ by accents, hyphens and case alone."""
    return re.sub(r"\W", "", plain(one)) == re.sub(r"\W", "", plain(other))


def main(source: Path) -> None:
    """Write all files."""
    taxonomy = source / "taxonomy"
    header = ["code", "isco", "green_share", "en", "fr", "ar", "names_en", "names_fr", "names_ar"]
    write(HERE / "taxonomy/occupations.csv", header, occupations(taxonomy))
    groups = ([r["code"], r["label_en"], r["label_fr"]] for r in rows(taxonomy / "isco_groups.csv"))
    write(HERE / "taxonomy/isco_groups.csv", ["code", "en", "fr"], groups)
    write(HERE / "taxonomy/rome_appellations.csv", ["rome", "name"], titles(taxonomy))
    crosswalk = ([r["rome"], r["isco"]] for r in rows(taxonomy / "rome_isco.csv"))
    write(HERE / "taxonomy/rome_isco.csv", ["rome", "isco"], crosswalk)
    header = ["country", "name", "fr", "ar", "population", "lat", "lon"]
    write(HERE / "places/cities.csv", header, cities(source / "places"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
