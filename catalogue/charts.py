"""Small pictures of figures, as addresses that carry what is to be drawn.

The one who answers knows the figures, the edge draws them: an address is signed, so that nobody
can have words of their own drawn under the service's name, and nothing has to be kept.
"""

from dataclasses import asdict, dataclass
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from errors import BadInput

PATH = "/charts"
_MOST_BARS = 12
_LONGEST = 2000  # characters of an address's last part


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars under a title. `across`: bars lie, for long labels; `rtl`: it reads from the right."""

    title: str
    labels: list[str]
    values: list[int]
    across: bool
    rtl: bool


def address(chart: Chart, secret: str) -> str:
    """Path and name of the picture of `chart` on the edge."""
    return f"{PATH}/{_serializer(secret).dumps(asdict(chart))}.png"


def chart_of(name: str, secret: str) -> Chart:
    """The chart that a name of `address` (without .png) carries.

    Raises:
        BadInput: not signed by this deployment, or no chart.
    """
    if len(name) > _LONGEST:
        raise BadInput("no such picture")
    try:
        chart = Chart(**_serializer(secret).loads(name))
    except (BadData, TypeError):
        raise BadInput("no such picture") from None
    if not 0 < len(chart.values) == len(chart.labels) <= _MOST_BARS:
        raise BadInput("no such picture")
    return chart


def _serializer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="chart", serializer_kwargs=_COMPACT)


_COMPACT: dict[str, Any] = {"ensure_ascii": False, "separators": (",", ":")}
