"""The activities of the network's work plan: a programme to read, past ones too.

They are for staff of employment services. A search shows what a person can still go to, so past
ones never turn up there; who asks for the programme itself gets all of it, with its dates.
"""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalogue.models import Listing
from catalogue.ranking import Reason
from catalogue.search import Hit, SearchResult

SOURCE = "demo:work_plan"
TOPIC = "oic-pesnet"


def activities(session: Session, today: date, offset: int, limit: int) -> SearchResult:
    """A page of the programme in the order of its dates; `total` counts all activities."""
    query = select(Listing).where(Listing.source == SOURCE)
    listings = sorted(session.scalars(query), key=lambda one: (one.starts_on or date.max, one.id))
    page = listings[offset : offset + limit]
    hits = [Hit(listing, 0.0, None, _told(listing, today)) for listing in page]
    return SearchResult(hits, len(listings), None, None)


def _told(listing: Listing, today: date) -> list[Reason]:
    last = listing.ends_on or listing.starts_on
    return [Reason("date_passed")] if last and last < today else []
