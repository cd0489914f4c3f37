"""Where a point on the map is, in words."""

from sqlalchemy.orm import Session

from catalogue import places

_FAR = 60.0  # km: beyond, the nearest town is no longer where the person is


def nearest_city(session: Session, spot: tuple[float, float], language: str) -> str | None:
    """The name of the city nearest to a point, in a language; None far from any.

    Args:
        session: a session.
        spot: degrees north and east.
        language: code of the language.
    """
    found = places.nearest(session, spot, _FAR)
    return places.place_name(found, language) if found else None
