"""A wish in one's own words, "stage plombier à Sfax", taken apart into place, contract and work."""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalogue import places
from catalogue.models import Kind, OccupationName, PlaceName
from catalogue.reading.phrases import Phrases
from catalogue.request import SearchRequest, is_online
from catalogue.text import STOP_WORDS, is_arabic, normalise
from catalogue.vocabulary import Kept
from settings import ROOT

_MOST_WORDS = 24
_FULL_TIME = "full_time"  # what most offers are without saying so
_RUN = 4  # words of the longest name of a place that is looked for
_LEAST = 3  # letters of one
_SPOKEN = 6  # letters from which a spelling by ear is told from another word
# Words that lead up to a place, written before it or (Maghrebi writing) onto it.
_BEFORE = frozenset(
    normalise("à a au en in at near f fi fel b dans vers sur region ville في ف ب قرب مدينة").split()
)
_GLUED = {True: ("ب", "ف", "ل", "في"), False: ("f", "b", "l")}
# What people say around the thing they look for, beside the stop words.
_ASKING = frozenset(
    normalise(
        """
        cherche recherche chercher trouver trouve voudrais veux veut souhaite aimerais travailler
        bosser offre offres poste postes recrutement embauche urgent annonce annonces formation
        formations cours stages jobs find search searching seeking want wanted would like hiring
        vacancy vacancies position course courses training trainings learn learning apprendre
        event events evenement bonjour salut hello hi salam slm merci svp please
        bghit bghina kan9elleb kanqelleb n9elleb nqelleb n7eb nheb nkhdem nekhdem khdma khedma
        5edma 5dma khidma lkhdma chghol travay dyal diali fabour chi wach kayn kayen
        ابحث نبحث اريد اود بغيت نخدم نحب نلقي كنقلب نقلب حاب خدمه شغل شغله عمل وظيفه وظايف وظائف
        فرصه فرص عرض عروض مطلوب كاين كاينه لقيت السلام عليكم تكوين دوره دورات تعلم نتعلم
        """
    ).split()
)


def understood(session: Session, request: SearchRequest) -> SearchRequest:
    """The request with what its free text says in the fields that were left open.

    A text beside an occupation or topic stays as it is: it moves up what holds its words.
    """
    if not request.text or request.occupation or request.topic:
        return request
    words = normalise(request.text[:500]).split()[:_MOST_WORDS]
    place = None if request.place or request.anywhere else _place(session, words, request.country)
    contract = request.contract or _contract(request, words)
    left = _without(words, place)
    if contract and not request.contract:
        left = _without(left, _phrase_of(contract, left))
    left = [word for word in left if word not in _ASKING]
    what = " ".join(left)
    telling = any(word not in STOP_WORDS for word in left)
    by_trade = request.kind == Kind.OFFER
    return replace(
        request,
        text=None,
        place=request.place or place,
        contract=contract,
        occupation=what if telling and by_trade else None,
        topic=what if telling and not by_trade else None,
    )


def _contract(request: SearchRequest, words: list[str]) -> str | None:
    return _kind_of(" ".join(words)) if request.kind == Kind.OFFER else None


def _kind_of(words: str) -> str | None:
    found = _contracts().found(words)
    return found[0] if found and found[0] != _FULL_TIME else None


@lru_cache(maxsize=1)
def _contracts() -> Phrases:
    """How people name contracts, as the dialogue hears them."""
    path = ROOT / "data" / "lexicon" / "contracts.yml"
    named = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Phrases({name: map(str, phrases) for name, phrases in named.items()})


def _phrase_of(contract: str, words: list[str]) -> str | None:
    """The shortest run of words that tells the contract."""
    runs = [run for run, _ in _runs(words) if _kind_of(run) == contract]
    return min(runs, key=len, default=None)


def _without(words: list[str], run: str | None) -> list[str]:
    """The words less those of a run and the particle before it."""
    if run is None:
        return words
    own, size = run.split(), len(run.split())
    for at in range(len(words) - size + 1):
        if words[at : at + size] == own:
            before = words[:at]
            return (before[:-1] if before and before[-1] in _BEFORE else before) + words[
                at + size :
            ]
    return words


def _place(session: Session, words: list[str], country: str | None) -> str | None:
    """The words that name a place; as they stand, particles written onto them included."""
    names, trades = _PLACES.get(session), _TRADES.get(session)
    for run, before in _runs(words):
        told = before in _BEFORE
        if is_online(run):
            return run
        if run in names and (told or (run not in trades and run not in STOP_WORDS)):
            return run
        if run not in trades and run not in STOP_WORDS and _sounds_like_one(session, run, country):
            return run
    return None


def _sounds_like_one(session: Session, run: str, country: str | None) -> bool:
    """Whether it is a town with a particle written onto it, or spelt as it is spoken."""
    if " " in run or run in _ASKING or len(run) <= _LEAST:
        return False
    if _unglued(run) not in _PLACES.get(session) and len(run) < _SPOKEN:
        return False
    found = places.resolve(session, run, country)
    at_home = found is not None and country in (None, found.place.country)
    return at_home and found is not None and found.how in ("glued", "sound")


def _runs(words: list[str]) -> Iterator[tuple[str, str | None]]:
    """Runs of words, the longest and the last ones first, each with the word before it."""
    for size in range(min(_RUN, len(words)), 0, -1):
        for at in range(len(words) - size, -1, -1):
            run = " ".join(words[at : at + size])
            if len(run) >= _LEAST:
                yield run, words[at - 1] if at else None


def _unglued(run: str) -> str:
    for particle in _GLUED[is_arabic(run)]:
        rest = run.removeprefix(particle)
        if rest != run and len(rest) >= _LEAST:
            return rest
    return ""


_PLACES: Kept[frozenset[str]] = Kept(
    lambda session: frozenset(session.scalars(select(PlaceName.name).distinct()))
)
# Single words that name a trade: who asks for "boucher" does not ask for a town of that name.
_TRADES: Kept[frozenset[str]] = Kept(
    lambda session: frozenset(
        session.scalars(select(OccupationName.name).where(OccupationName.name.not_like("% %")))
    )
)
