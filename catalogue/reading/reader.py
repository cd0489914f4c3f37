"""All that is read out of one listing, as columns of its row."""

from typing import Any

from sqlalchemy.orm import Session

from catalogue.listing_in import ListingIn
from catalogue.models import Kind
from catalogue.reading.contracts import read_contract
from catalogue.reading.flags import read_flags
from catalogue.reading.occupations import Work, read_occupation
from catalogue.reading.pay import Pay, read_pay
from catalogue.reading.tongue import language_of
from catalogue.reading.where import read_place

Row = dict[str, Any]
_LEAST_WORDS = 12  # of a text that says another language than its feed
_NO_PAY = dict.fromkeys(
    ("salary_min", "salary_max", "salary_currency", "salary_period", "salary_monthly")
)


class Reader:
    """Reads the listings of one import; `country` is where a town is looked for first."""

    def __init__(self, session: Session, country: str | None) -> None:
        self._session = session
        self._country = country

    def work(self, listing: ListingIn) -> Work | None:
        """The occupation of an offer or a training, where its publisher tells none."""
        if listing.kind == Kind.EVENT:
            return None  # a fair's title names trades that are not its own
        return read_occupation(self._session, _title(listing), _text(listing))

    def place(self, listing: ListingIn) -> str | None:
        """The id of the town that the words tell, where no place was filled in."""
        country = listing.country or self._country
        found = read_place(self._session, _title(listing), _text(listing), country)
        told = found and listing.country and not found.startswith(f"{listing.country}/")
        return None if told else found

    def facts(self, listing: ListingIn, country: str | None) -> Row:
        """Contract, pay, flags and language of the text, as columns."""
        title, text = _title(listing), _text(listing)
        language = language_of(f"{title}\n{text}")
        flags = read_flags(*listing.title.values(), *listing.summary.values())
        return {
            "text_language": language,
            "flags": flags,
            "no_experience": "no_experience" in flags,
            **self._employment(listing, title, text, country),
        }

    def _employment(self, listing: ListingIn, title: str, text: str, country: str | None) -> Row:
        if listing.kind != Kind.OFFER:
            return {"contract": listing.contract, "salary": listing.salary, **_NO_PAY}
        told = listing.contract or read_contract(title, text, listing.original_language)
        pay = read_pay(listing.salary, title, text, country or self._country)
        return {
            "contract": told.value if told else None,
            # The listing's own words where no field tells them.
            "salary": listing.salary or (pay.words if pay else None),
            **_columns(pay),
        }


def in_its_language(listing: ListingIn) -> ListingIn:
    """The listing with its texts under the language that they are in.

    A feed says one language for all that it holds; among French offers there may be an English one.
    """
    [told, *others] = listing.title
    found = language_of(f"{_title(listing)}\n{_text(listing)}")
    if others or found in (None, told) or len(_text(listing).split()) < _LEAST_WORDS:
        return listing
    texts = {name: _moved(getattr(listing, name), told, found) for name in ("title", "summary")}
    return listing.model_copy(update={**texts, "language": found})


def _moved(texts: dict[str, str], told: str, found: str | None) -> dict[str, str]:
    return {found or told: texts[told]} if list(texts) == [told] else texts


def _columns(pay: Pay | None) -> Row:
    if pay is None:
        return dict(_NO_PAY)
    return {
        "salary_min": pay.low,
        "salary_max": pay.high,
        "salary_currency": pay.currency,
        "salary_period": pay.period,
        "salary_monthly": pay.monthly,
    }


def _title(listing: ListingIn) -> str:
    return listing.title[listing.original_language]


def _text(listing: ListingIn) -> str:
    summary = listing.summary
    return summary.get(listing.original_language) or next(iter(summary.values()), "")
