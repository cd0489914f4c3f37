"""schema.org's JobPosting, Course and Event: many ways to say one thing become one."""

from datetime import date
from typing import Any

from catalogue.feeds.readers.json_ld import types

_KINDS = {"JobPosting": "offer", "Course": "training", "CourseInstance": "training"}
_ONLINE = ("OnlineEventAttendanceMode", "VirtualLocation", "TELECOMMUTE", "online", "Online")


def prepare(row: dict[str, Any], today: date) -> dict[str, Any]:
    """The row with `kind`, `id`, `place`, `town`, `nation`, `employer` and `status` as plain words.

    A course begins with its first session that is still to come.
    """
    row = dict(row)
    names = types(row)
    row["kind"] = next((_KINDS[name] for name in names if name in _KINDS), "event")
    row["id"] = _first(row.pop("identifier", None), "value", "@value", "@id", "name") or _text(
        row.get("@id") or row.get("url")
    )
    row |= _where(row.pop("jobLocation", None) or row.pop("location", None))
    for name in ("hiringOrganization", "organizer", "provider"):
        if told := _first(row.pop(name, None), "name", "legalName"):
            row.setdefault("employer", told)
    if _is_online(row):
        row["place"] = "online"
    row["status"] = _text(row.pop("eventStatus", "")).rpartition("/")[2]
    return row | _session(row.pop("hasCourseInstance", None), today)


def _first(value: Any, *names: str) -> str:  # noqa: ANN401 - whatever a page holds
    """The first word of a value that may be text, a thing with one of `names`, or a list."""
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            if found := next((text for name in names if (text := _text(one.get(name)))), ""):
                return found
        elif one not in (None, ""):
            return str(one)
    return ""


def _text(value: Any) -> str:  # noqa: ANN401
    return str(value).strip() if isinstance(value, str | int | float) else ""


def _where(location: Any) -> dict[str, str]:  # noqa: ANN401
    place = location[0] if isinstance(location, list) and location else location
    if not isinstance(place, dict):
        return {"place": _text(place)}
    address = place.get("address", {})
    if not isinstance(address, dict):
        return {"place": _text(address) or _text(place.get("name"))}
    return {
        "place": _first(address, "addressLocality", "addressRegion") or _text(place.get("name")),
        "nation": _first(address.get("addressCountry"), "name", "identifier", "@id"),
        "venue": _text(place.get("name")),
    } | ({"mode": "VirtualLocation"} if "VirtualLocation" in types(place) else {})


def _is_online(row: dict[str, Any]) -> bool:
    modes = (row.pop(name, None) for name in ("eventAttendanceMode", "jobLocationType", "mode"))
    return any(_text(mode).rpartition("/")[2] in _ONLINE for mode in modes)


def _session(sessions: Any, today: date) -> dict[str, Any]:  # noqa: ANN401
    told = sessions if isinstance(sessions, list) else [sessions]
    dated = [one for one in told if isinstance(one, dict) and _text(one.get("startDate"))]
    dated.sort(key=lambda one: str(one["startDate"]))
    coming = [one for one in dated if str(one["startDate"])[:10] >= today.isoformat()]
    if not dated:
        return {}
    chosen = (coming or dated[-1:])[0]
    found = {name: chosen[name] for name in ("startDate", "endDate") if chosen.get(name)}
    place = _where(chosen.get("location"))
    if _text(chosen.get("courseMode")) in _ONLINE:
        place["place"] = "online"
    return found | {name: value for name, value in place.items() if value}
