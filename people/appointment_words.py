"""An appointment in words: day, time, with whom, where, its address; and as a calendar file."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, get_timezone_location

from languages.formatting import locale_of
from people.appointment_models import Appointment, Slot
from settings import Settings

PATH = "/appointments"
Text = Callable[..., str]
"""A reply's text in the person's language, by key and words."""
_ELSEWHERE = {
    "chat": "appointment_in_chat",
    "phone": "appointment_phone",
    "video": "appointment_video",
}


def words(meeting: Appointment | Slot, language: str, zone: ZoneInfo, text: Text) -> dict[str, str]:
    """What replies say of an appointment: {day}, {time}, {name}, {where}."""
    local = meeting.starts_at.astimezone(zone)
    locale = locale_of(language)
    return {
        "day": format_datetime(local, "EEEE d MMMM", locale=locale),
        "time": clock_time(local, language),
        "name": meeting.counsellor or text("appointment_team"),
        "where": where(meeting, text),
    }


def where(meeting: Appointment | Slot, text: Text) -> str:
    """The place, or that it is in the chat, by video or by phone, with the number if it is told."""
    if number := getattr(meeting, "number", None):
        return text("appointment_phone_at", number=number)
    if meeting.how in _ELSEWHERE:
        return text(_ELSEWHERE[meeting.how])
    return meeting.place or text("appointment_at_office")


def more(appointment: Appointment, text: Text) -> list[str]:
    """What is to be said below an appointment: where to join, or that a number is wanted."""
    if appointment.how == "video" and appointment.link:
        return [text("appointment_join", link=appointment.link)]
    if appointment.how == "phone" and not appointment.number:
        return [text("appointment_number_ask")]
    return []


def clock_time(moment: datetime, language: str) -> str:
    """14:30, by the clock of the moment's own zone."""
    return format_datetime(moment, "HH:mm", locale=locale_of(language))


def short(meeting: Appointment | Slot, language: str, zone: ZoneInfo) -> str:
    """A time that fits on a button: "Mon 23 Nov 09:00"; Arabic shortens no month."""
    local = meeting.starts_at.astimezone(zone)
    form = "EEE d/M HH:mm" if language == "ar" else "EEE d MMM HH:mm"
    return format_datetime(local, form, locale=locale_of(language))


def city(zone: ZoneInfo, language: str) -> str:
    """The town by whose clock times are told."""
    return get_timezone_location(zone, locale=locale_of(language), return_city=True)


def address(settings: Settings, appointment: Appointment) -> str:
    """Where the calendar file is fetched."""
    base = settings.public_url.rstrip("/") or f"http://localhost:{settings.port}"
    return f"{base}{PATH}/{appointment.token}.ics"


def calendar(
    appointment: Appointment, zone: ZoneInfo, title: str, place: str, organiser: str
) -> bytes:
    """The calendar file (RFC 5545), its times by the deployment's clock.

    A file that is fetched again after a change takes the place of the first (UID, SEQUENCE).

    Args:
        appointment: the appointment.
        zone: the deployment's.
        title: what it is, in the person's language.
        place: where, in words.
        organiser: the service's name.
    """
    from icalendar import Calendar, Event  # noqa: PLC0415 - few processes ever make a file

    event = Event()
    event.add("uid", f"{appointment.id}-{appointment.token[:12]}@tawjih")
    event.add("sequence", appointment.revision)
    event.add("dtstamp", appointment.changed_at)
    event.add("last-modified", appointment.changed_at)
    # By the wall clock, with the zone's rules: what the zone's country changes moves with it.
    event.add("dtstart", appointment.starts_at.astimezone(zone))
    event.add("dtend", appointment.ends_at.astimezone(zone))
    event.add("summary", title)
    event.add("location", place)
    if appointment.link:
        event.add("url", appointment.link)
    event.add("status", "CANCELLED" if appointment.state == "cancelled" else "CONFIRMED")
    file = Calendar()
    file.add("prodid", f"-//{organiser}//tawjih//")
    file.add("version", "2.0")
    file.add("method", "PUBLISH")
    file.add_component(event)
    file.add_missing_timezones()
    made: bytes = file.to_ical()
    return made
