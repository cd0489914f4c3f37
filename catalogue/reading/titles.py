"""Titles of listings without what is no trade in them: marks of gender, contracts, shouting."""

import re
import unicodedata
from dataclasses import dataclass

from catalogue.text import STOP_WORDS, normalise

# (H/F), f/m/d, H-F-X, homme ou femme, ذكر أو أنثى
_GENDERS = re.compile(
    r"[(\[]?(?<!\w)(?:[hfmwdx]\s?[/|-]\s?){1,3}[hfmwdx](?!\w)[)\]]?"
    r"|[(\[]?\b(?:hommes?|femmes?)\s?(?:/|ou|et)\s?(?:femmes?|hommes?)\b[)\]]?"
    r"|[(\[](?:h|f|m|male|female)[)\]]|ذكر(?:\s?/\s?|\s+(?:أو|او)\s+)(?:أنثى|انثى)",
    re.IGNORECASE,
)
# Both genders in one word: infirmier(ère) or chargé·e is infirmier and chargé.
_INCLUSIVE = re.compile(
    r"(?<=\w{2})\s?(?:\((?:e|ère|ere|ne|nne|se|euse|trice|rice|ve|le|s|es|e\)?s?)\)"
    r"|[·•.](?:e|ère|ne|se|euse|trice|rice|ve)(?:[·•.]?s)?\b|-(?:se|trice|euse)\b)",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"\b(?:r[ée]f|ref)\b[.:\s]*[\w/-]*\d[\w/-]*", re.IGNORECASE)
_APART = re.compile(r"\s[-–—]+\s|[|:;•/()\[\]،,!]|\s(?:@|chez)\s|[-–—]{2,}")
_NOISE = frozenset(
    normalise(
        """
        urgent urgence urgently asap recherche recherchons recrute recrutons recrutement cherche
        nous on notre offre poste annonce avis job emploi opportunité confirmé confirmée
        expérimenté expérimentée débutant débutante débutants accepté acceptée acceptés junior
        senior qualifié diplômé diplômée expérience ans mois jour cdi cdd stage stagiaire pfe
        alternance alternant alternante intérim intérimaire apprenti apprentie apprentissage
        freelance temps plein partiel mi saisonnier saisonnière nuit jours semaine salaire brut net
        bilingue francophone anglophone
        hiring now needed wanted required vacancy position opening join team we re are experienced
        experience years year intern internship trainee apprentice graduate part full time
        permanent temporary contract remote salary per month hour shift shifts night nights
        available immediate start speaking no
        مطلوب مطلوبه نبحث نطلب فورا عاجل فرصه شاغره شاغر وظائف اعلان توظيف يوجد محتاجين بغينا كنقلبو
        خبره سنه سنتين سنوات بخبره مبتدئ مبتدئه بدون دوام جزئي كامل عقد دائم راتب براتب شهريا
        درهم ريال جنيه دينار متدرب متدربه تدريب صيفي تربص تمهين باليوميه موسم للعمل لدي شركه كبري
        """
    ).split()
)
_AWAY = frozenset(
    normalise(
        "à a au aux pour chez dans en secteur in at for to with near في ب لدي ل لمدرسه"
    ).split()
)
_MOST_TOKENS = 24


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a title, and how much of the trade it tells: less the further it stands away."""

    word: str
    weight: float
    first: bool = False
    last: bool = False


def western_digits(text: str) -> str:
    """Digits of any script as 0 to 9."""
    return "".join(
        str(unicodedata.decimal(c)) if unicodedata.category(c) == "Nd" else c for c in text
    )


def bare(title: str) -> str:
    """The title without marks of gender and reference numbers."""
    return _REFERENCE.sub(" ", _INCLUSIVE.sub("", _GENDERS.sub(" | ", title)))


def segments(title: str) -> list[str]:
    """The parts of a title that its dashes, brackets and colons set apart."""
    return [part.strip() for part in _APART.split(title) if part and part.strip()]


def tokens(title: str) -> list[Token]:
    """The telling words of a title, those of its first telling part before the others."""
    found: list[Token] = []
    for part in segments(bare(title)):
        kept = _telling(normalise(part).split())
        share = 0.5 if found else 1.0
        for at, (word, away) in enumerate(kept):
            lead = not found or found[-1].weight == share
            first, last = at == 0 and lead, at == len(kept) - 1 and share == 1.0
            found.append(Token(word, share * (0.5 if away else 1.0), first and share == 1.0, last))
    return found[:_MOST_TOKENS]


def _telling(words: list[str]) -> list[tuple[str, bool]]:
    kept: list[tuple[str, bool]] = []
    away = False
    for word in words:
        if word in _AWAY and kept:
            away = True
        if word in _NOISE or word in STOP_WORDS or word.isdigit() or len(word) == 1:
            continue
        kept.append((word, away))
    return kept
