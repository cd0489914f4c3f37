"""The bounds of serving, and the page that shows the figures: docs/benchmarks.md."""

from collections.abc import Iterator
from typing import Any

from settings import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"
_BEGIN, _END = "<!-- serving -->", "<!-- /serving -->"
_START = f"""# Benchmarks

Every figure here was written by a script, none by hand.

{_BEGIN}
{_END}
"""
Figures = dict[str, Any]


def bounds(figures: Figures) -> list[Figures]:
    """Each bound: what it is about, how it is met, what was measured."""
    ratios = figures["ratios"]
    busiest = min(ratios["a_second"]["8"], ratios["a_second"]["64"])
    training = figures["training"]["ours"]["whole_s"] / 60
    return [
        _at_least("messages a second, 8 and 64 conversations, times stock Rasa's", 8, busiest),
        _at_most("turn 200 of a conversation, times turn 5", 1.3, ratios["growth_ours"]),
        _at_most("memory of all processes, times stock Rasa's alone (RSS)", 0.5, ratios["rss"]),
        _at_most("start to first answer, times stock Rasa's", 0.35, ratios["start"]),
        _at_most("training, minutes", 3, training),
    ]


def _at_least(what: str, bound: float, measured: float) -> Figures:
    told = {"what": what, "bound": f"≥ {bound}", "measured": round(measured, 2)}
    return {**told, "met": measured >= bound}


def _at_most(what: str, bound: float, measured: float) -> Figures:
    told = {"what": what, "bound": f"≤ {bound}", "measured": round(measured, 2)}
    return {**told, "met": measured <= bound}


def write(serving: Figures) -> None:
    """Put the figures into their place of the page; what stands around them stays."""
    text = PAGE.read_text(encoding="utf-8") if PAGE.exists() else _START
    before, after = text.split(_BEGIN)[0], text.split(_END)[1]
    PAGE.write_text(f"{before}{_BEGIN}\n{table(serving)}\n{_END}{after}", encoding="utf-8")


def table(serving: Figures) -> str:
    """The section of the page, as Markdown."""
    return "\n".join(_lines(serving))


def _lines(serving: Figures) -> Iterator[str]:
    figures, machine = serving["figures"], serving["machine"]
    yield "## Serving, beside stock Rasa\n"
    yield _WHAT.format(**machine, **serving, **serving["versions"]["stock"])
    yield "| bound | asked | measured | |\n|---|---|---|---|"
    for one in serving["bounds"]:
        mark = "met" if one["met"] else "**missed**"
        yield f"| {one['what']} | {one['bound']} | {one['measured']} | {mark} |"
    yield "\n| | Tawjih | stock Rasa | ratio |\n|---|---|---|---|"
    for what, ours, stock, digits in _rows(figures):
        yield f"| {what} | {ours:.{digits}f} | {stock:.{digits}f} | {ours / stock:.2f} |"
    yield "\n" + _HOW


def _rows(figures: Figures) -> Iterator[tuple[str, float, float, int]]:
    ours, stock = figures["ours"], figures["stock"]
    for many in ours["a_second"]:
        at_once = f"{many} conversation{'s' if many != '1' else ''} at once"
        yield (f"{at_once}: messages a second", ours["a_second"][many], stock["a_second"][many], 1)
        yield (f"{at_once}: median ms", ours["median_ms"][many], stock["median_ms"][many], 0)
        yield (f"{at_once}: 95th percentile ms", ours["p95_ms"][many], stock["p95_ms"][many], 0)
    for turn in ours["turn_ms"]:
        yield (f"an answer about turn {turn}, ms", ours["turn_ms"][turn], stock["turn_ms"][turn], 0)
    parse = figures["parse"]
    one, other = (parse[side]["median_ms"] for side in ("ours", "stock"))
    yield ("understanding alone, median ms", one, other, 1)
    yield ("idle memory, RSS, MB", ours["rss_mb"], stock["rss_mb"], 0)
    yield ("idle memory, PSS, MB", ours["pss_mb"], stock["pss_mb"], 0)
    yield ("memory after all this, RSS, MB", ours["used_rss_mb"], stock["used_rss_mb"], 0)
    yield ("start to first answer, s", ours["start_s"], stock["start_s"], 1)
    training = figures["training"]
    own = training["ours"]["whole_s"] / 60
    yield ("training, minutes (stock: one epoch)", own, training["stock"]["one_epoch_s"] / 60, 1)
    hours = training["stock"]["default_s"] / 3600
    yield ("training, hours (stock: 100 epochs, extrapolated)", own / 60, hours, 2)
    yield ("searches answered with listings, share", ours["with_cards"], stock["with_cards"], 2)


_WHAT = """Measured {began} in {took_minutes} minutes at commit {commit}, on {cores} cores of \
{processor}, {memory_gb} GB, {system}; load before: {load_before}. The peer: Rasa {rasa}, \
TensorFlow {tensorflow}, Python {python}. Figures are medians over the rounds, ratios medians of \
the rounds' ratios; the load generator runs on the same cores.
"""

_HOW = """How it is measured (`make bench`, again with each change that matters):

- Both serve the same domain, rules, stories and examples and ask the same action server and \
database; each is started, asked and stopped in turns, alone on the same two cores.
- Tawjih is all of `tawjih run`: dialogue, actions, edge and what watches over them, with every \
message and tracker on disk. Stock Rasa is `rasa run` with the pipeline and the policies of `rasa \
init`, its REST channel asked directly and trackers in memory; the action server is not counted \
with it and is there before it starts.
- Stock Rasa cannot be told a language beside a message: it knows the French replies alone.
- It is trained for one epoch. That changes what it understands, not what an answer costs; the \
share of messages answered with listings says how alike the work was. What 100 epochs take is \
extrapolated from the one.
- A conversation is a visit: a greeting, searches, a correction, a question of knowledge, thanks.\
"""
