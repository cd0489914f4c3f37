"""Words that partners use for contracts and countries, and ROME codes, in our own terms."""

from functools import lru_cache

import yaml
from babel import Locale

from catalogue.files import read_csv
from catalogue.models import Contract
from catalogue.text import normalise
from settings import ROOT

_LEXICON = ROOT / "data" / "lexicon" / "contracts.yml"
# Codes of partners' systems, which no person would say.
_CODES = {
    Contract.FIXED_TERM: ("contractor", "DDI", "CDI de chantier", "VIE"),
    Contract.TEMPORARY: ("MIS", "CTT"),
    Contract.INTERNSHIP: ("intern",),
    Contract.APPRENTICESHIP: ("alternating", "alternance / apprentissage", "apprentice"),
    Contract.FREELANCE: ("LIB", "CCE", "FRA"),
    Contract.SEASONAL: ("SAI",),
    Contract.PART_TIME: ("part_time",),
}


@lru_cache(maxsize=1)
def contracts() -> dict[str, str]:
    """Normalised word or code -> contract: the words of the dialogue, and codes of partners."""
    lexicon = yaml.safe_load(_LEXICON.read_text(encoding="utf-8"))
    known = {normalise(str(word)): name for name, words in lexicon.items() for word in words}
    known |= {normalise(one): name.value for name, codes in _CODES.items() for one in codes}
    return known | {normalise(name.value): name.value for name in Contract}


@lru_cache(maxsize=1)
def countries() -> dict[str, str]:
    """Normalised name in English, French or Arabic, or ISO code -> ISO code."""
    found: dict[str, str] = {}
    for language in ("en", "fr", "ar"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha():  # noqa: PLR2004 - the others are continents
                found.setdefault(normalise(name), code)
                found.setdefault(normalise(code), code)
    return found


@lru_cache(maxsize=1)
def rome_groups() -> dict[str, str]:
    """ROME code -> ISCO-08 group."""
    path = ROOT / "data" / "taxonomy" / "rome_isco.csv"
    return {row["rome"]: row["isco"] for row in read_csv(path, ("rome", "isco"))}
