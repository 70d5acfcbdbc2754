"""Terms and meetings as an iCalendar file (RFC 5545), for the calendar programs that people have already."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from icalendar import Calendar
from icalendar import Event as Entry

from exports.text import clean
from surveys.acting import AMSTERDAM
from surveys.follow_up.calendars import Event

MEDIA_TYPE: Final = "text/calendar; charset=utf-8"
NAME: Final = "Meetlat: termijnen en overleg"
REFRESH: Final = timedelta(hours=12)
"""How long a program may wait before it asks again."""
LASTS: Final = timedelta(hours=1)
"""How long a meeting takes of which nobody said when it ends."""


def write(found: Iterable[Event], host: str, link: Callable[[Event], str]) -> bytes:
    """Give the file. `host` makes what things are called unique in the world; `link` says where to read more.

    Moments are in UTC, so that no table of time zones goes along. The same events give the same bytes.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Meetlat//Opvolging//NL")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", NAME)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for each in found:
        calendar.add_component(_entry(each, host, link(each)))
    return bytes(calendar.to_ical())


def _entry(event: Event, host: str, link: str) -> Entry:
    entry = Entry()
    entry.add("uid", f"{event.key}@{host}")
    entry.add("sequence", event.sequence)
    entry.add("dtstamp", event.changed_at.astimezone(UTC))
    entry.add("last-modified", event.changed_at.astimezone(UTC))
    entry.add("summary", _line(f"{event.title} (fictief)" if event.fictief else event.title))
    entry.add("description", _line(f"Wie: {event.who}"))
    entry.add("url", link)
    if event.location:
        entry.add("location", _line(event.location))
    begins, ends = _period(event)
    entry.add("dtstart", begins)
    entry.add("dtend", ends)
    # a term takes nobody's time; a meeting does
    entry.add("transp", "OPAQUE" if event.begins else "TRANSPARENT")
    return entry


def _period(event: Event) -> tuple[date | datetime, date | datetime]:
    """From when until when: of what has no time the whole day, of which the next one is the end."""
    if event.begins is None:
        return event.day, event.day + timedelta(days=1)
    begins = _moment(event.day, event.begins)
    return begins, _moment(event.day, event.ends) if event.ends else begins + LASTS


def _moment(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), AMSTERDAM).astimezone(UTC)


def _line(text: str) -> str:
    """A text without what no calendar can hold; what has a meaning in the file, the library escapes."""
    return " ".join(clean(text).split())
