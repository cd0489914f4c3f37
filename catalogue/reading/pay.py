"""What an offer pays, where its words say so: never guessed, and by the month only where told."""

import re
from dataclasses import dataclass

from catalogue.reading.titles import western_digits

_CURRENCIES = {
    "EUR": r"€|eur\b|euros?\b|يورو",
    "USD": r"\$|us ?d\b|dollars?\b|دولار",
    "GBP": r"£|gbp\b|pounds?\b",
    "MAD": r"mad\b|dhs?\b|dirhams?\b|درهم مغربي|دراهم|درهما|درهم|د\.م",
    "TND": r"tnd\b|dt\b|dinars? tunisiens?|دينار تونسي|د\.ت",
    "DZD": r"dzd\b|da\b|dinars? alg[ée]riens?|دينار جزائري|د\.?ج\b|دج\b",
    "EGP": r"egp\b|l\.e\.?|egyptian pounds?|جنيها|جنيه",
    "SAR": r"sar\b|sr\b|riyals?\b|ريالا|ريال",
    "JOD": r"jod\b|jd\b|دينار أردني",
    "LBP": r"lbp\b|ل\.ل|ليرة لبنانية",
    "AED": r"aed\b",
    "CHF": r"chf\b",
    "XOF": r"f ?cfa\b|xof\b",
}
_DINARS = {"TN": "TND", "DZ": "DZD", "JO": "JOD"}
_PERIODS = {
    "hour": r"de l'?heure|par heure|/ ?heure|/ ?h\b|horaires?|per hour|an hour"
    r"|/ ?hour|/ ?hr\b|hourly|p/h\b|للساعة|في الساعة|بالساعة|لكل ساعة",
    "day": r"par jour|/ ?jour|/ ?j\b|per day|a day|/ ?day|daily|journalier|يوميا|في اليوم|لليوم",
    "week": r"par semaine|/ ?semaine|per week|a week|/ ?week|weekly|أسبوعيا|في الأسبوع",
    "month": r"par mois|/ ?mois|mensuels?|mensuelle?s?|(?:le|au) mois|per month|a month|/ ?months?"
    r"|monthly|p\.?m\.?(?!\w)|شهريا|شهري|في الشهر|بالشهر|للشهر|/ ?شهر",
    "year": r"par an(?:n[ée]e)?|/ ?an(?:n[ée]e)?\b|annuels?|annuelle?s?|l'an\b|per (?:year|annum)"
    r"|a year|/ ?year|/ ?yr\b|p\.?a\.?(?!\w)|annually|yearly|سنويا|في السنة|/ ?سنة",
}
_NUMBER = r"\d{1,3}(?:[ .,\u00a0\u202f']\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d{1,2})?(?!\d)"
_MONEY = "|".join(_CURRENCIES.values())
_DINAR = r"dinars?\b|دينارا|دنانير|دينار"
_ANY = rf"(?:{_MONEY}|{_DINAR})"
_AMOUNT = rf"(?:{_NUMBER})\s?k?"
_TO = r"\s*(?:-|–|—|à|a|et|to|and|jusqu'à|up to|/|إلى|الى|حتى|و)\s*"
_RANGE = re.compile(
    rf"(?<![\w.,])(?P<before>{_ANY})?\s?(?P<low>{_AMOUNT})\s?(?P<middle>{_ANY})?"
    rf"(?:{_TO}(?:{_ANY})?\s?(?P<high>{_AMOUNT}))?\s?(?P<after>{_ANY})?",
    re.IGNORECASE,
)
_WAGE = re.compile(
    r"salaire|r[ée]mun[ée]ration|r[ée]tribution|gratification|indemnit[ée]|salary|\bpay\b|\bpaid\b"
    r"|wage|remuneration|stipend|compensation|راتب|الراتب|أجر|الأجر|رواتب|مرتب|اجر|صالير|المنحة",
    re.IGNORECASE,
)
_NEAR = 50  # characters around an amount in which a wage or a period is told
_MOST_LENGTH = 6000
_BOUNDS = (1.0, 100_000_000.0)


@dataclass(frozen=True, slots=True)
class Pay:
    """Amounts in `currency` (ISO 4217) for one `period` (hour, day, week, month, year, or None).

    `words` are those of the listing.
    """

    low: float
    high: float
    currency: str
    period: str | None
    words: str

    @property
    def monthly(self) -> float | None:
        """The lower bound a month; None unless told for a month or a year.

        Hours a week are seldom told, so that an hourly wage says nothing of the month.
        """
        if self.period == "month":
            return self.low
        return round(self.low / 12, 2) if self.period == "year" else None


def read_pay(field: str | None, title: str, text: str, country: str | None) -> Pay | None:
    """The pay from the field for it, else from the title, else from the text.

    In a text an amount counts only beside a word for wages. `country` says whose dinar it is.
    """
    if field and (found := _told(field, country, near_wage=False)):
        return found
    title_pay = _told(title, country, near_wage=False)
    return title_pay or _told(text[:_MOST_LENGTH], country, near_wage=True)


def _told(text: str, country: str | None, *, near_wage: bool) -> Pay | None:
    text = western_digits(text)
    for match in _RANGE.finditer(text):
        currency = _currency(match, country)
        if currency is None:
            continue
        before = text[max(0, match.start() - _NEAR) : match.start()]
        if near_wage and not _WAGE.search(before):
            continue
        if found := _pay(match, currency, text, before):
            return found
    return None


def _currency(match: re.Match[str], country: str | None) -> str | None:
    word = (match["after"] or match["before"] or match["middle"] or "").strip()
    if re.fullmatch(_DINAR, word, re.IGNORECASE):
        return _DINARS.get(country or "")
    for code, pattern in _CURRENCIES.items():
        if word and re.fullmatch(pattern, word, re.IGNORECASE):
            return code
    return None


def _pay(match: re.Match[str], currency: str, text: str, before: str) -> Pay | None:
    low, high = _number(match["low"]), _number(match["high"] or match["low"])
    thousands = (match["high"] or match["low"]).lower().rstrip().endswith("k")
    if thousands and not match["low"].lower().rstrip().endswith("k"):
        low *= 1000  # "45 à 55 k€"
    if not _BOUNDS[0] <= low <= high <= _BOUNDS[1]:
        return None
    after = text[match.end() : match.end() + _NEAR // 2]
    period = _period(after) or _period(before)
    return Pay(low, high, currency, period, match[0].strip())


def _number(told: str) -> float:
    told = told.lower().strip()
    thousands = told.endswith("k")
    digits = re.sub(r"[ \u00a0\u202f'k]", "", told)
    digits = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", digits).replace(",", ".")
    return float(digits) * (1000 if thousands else 1)


def _period(words: str) -> str | None:
    found = [
        (match.start(), name)
        for name, pattern in _PERIODS.items()
        if (match := re.search(rf"(?<!\w)(?:{pattern})", words, re.IGNORECASE))
    ]
    return min(found)[1] if found else None
