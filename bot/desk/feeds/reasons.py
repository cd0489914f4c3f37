"""Why rows were rejected, in the words of whoever reads the console.

The importer tells its reasons in English, with the field and the value. Those that come often have
words of their own here (`feeds_why_<key>`); any other is shown as it was told.
"""

import re
from collections.abc import Iterator

_QUOTED = r"""(?P<value>'[^']*'|"[^"]*")"""
_FIELD = r"(?P<field>[\w.@#-]+)"
_REASONS = tuple(
    (key, re.compile(pattern))
    for key, pattern in (
        ("twice", rf"id: {_QUOTED} stands twice"),
        ("missing", rf"{_FIELD}: Field required|{_FIELD.replace('field', 'other')}: none given"),
        ("place", rf"place: nothing is known by {_QUOTED}; say the country"),
        ("country", rf"country: (?:nothing is known by|no country has .* code) {_QUOTED}"),
        ("no_day", rf"(?:{_FIELD}: )?{_QUOTED} is a day that does not exist"),
        ("day", rf"(?:{_FIELD}: )?{_QUOTED} is (?:no day|too far from today).*"),
        ("occupation", rf"occupation\w*: (?:nothing is known by|no occupation has) {_QUOTED}"),
        ("order", r".*it ends before it starts"),
        ("withdrawn", r"(?P<value>.+) is .+: the publisher says not to show it"),
        ("not_a_row", r"row: not fields with names but (?P<value>.+)"),
        ("long", rf"{_FIELD}: String should have at most \d+ characters"),
        ("pattern", rf"{_FIELD}: String should match pattern .*"),
    )
)  # fmt: skip


def read(reason: str) -> tuple[str | None, dict[str, str]]:
    """The key of the words for a reason and what fills their gaps; no key where there are none."""
    for key, pattern in _REASONS:
        if found := pattern.fullmatch(reason):
            return key, dict(_gaps(found))
    return None, {}


def _gaps(found: re.Match[str]) -> Iterator[tuple[str, str]]:
    told = {name: value for name, value in found.groupdict().items() if value}
    yield "field", told.get("field") or told.get("other") or ""
    yield "value", told.get("value", "").strip("'\"")
