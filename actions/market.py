"""What the listings tell of the labour market: demand, pay and skills, with a small picture."""

import json
from datetime import datetime

from sqlalchemy.orm import Session

from actions.frame import ANYTHING, ANYWHERE, ONLINE
from actions.search import now
from actions.turn import Turn
from catalogue import places, skills, taxonomy
from catalogue.charts import Chart, address
from catalogue.market import LEAST, PERIOD, Market, Question, market
from catalogue.taxonomy import OccupationMatch
from languages import formatting
from languages.profile import get_profile
from languages.registry import get_languages
from settings import get_settings
from store.engine import get_database

_NOWHERE = (None, ANYTHING, ANYWHERE, ONLINE)


def answer(turn: Turn) -> None:
    """Two or three lines and a picture about the work and the place that were asked about."""
    words, where = _asked(turn)
    with get_database().read() as session:
        work = taxonomy.resolve(session, words) if words else None
        if words and work is None:
            turn.say("market_unknown", what=words)
            return
        spot = places.resolve(session, where, get_profile().country) if where else None
        question = Question(work.isco if work else (), spot.place if spot else None)
        found = market(session, question, now())
        what = _name(turn, work, words)
        _say(turn, session, found, what, spot.name(turn.language) if spot else None)


def _asked(turn: Turn) -> tuple[str | None, str | None]:
    """Work and place of the message, else those of the search that is spoken about."""
    said, frame = turn.said, turn.frame
    what, where = said.what, said.place
    if what is None and where is None and frame is not None:
        what, where = frame.what, frame.place
    return (
        None if what in _NOWHERE else what,
        None if where in _NOWHERE else where,
    )


def _name(turn: Turn, work: OccupationMatch | None, words: str | None) -> str | None:
    return (work.label(turn.language) or words) if work else None


def _say(turn: Turn, session: Session, found: Market, what: str | None, where: str | None) -> None:
    if not found.total or found.since is None:
        turn.say("market_none", what=what or turn.words("market_all"), where=_in(turn, where))
        return
    lines = [
        _count(turn, found, found.since, what, where),
        _change(turn, found),
        _top(turn, session, found),
    ]
    lines += [_pay(turn, found), _skills(turn, found)]
    lines += [turn.words("demo_mark")] if found.demo else []
    picture = _picture(turn, session, found, what or where or turn.words("market_all"))
    wanted = {k: v for k, v in (("occupation", what), ("place", where)) if v}
    payload = f"/search_offers{json.dumps(wanted, ensure_ascii=False) if wanted else ''}"
    buttons = [turn.button("market_offers", payload), turn.button("human")]
    turn.utter("\n".join(filter(None, lines)), buttons, image=picture)


def _in(turn: Turn, where: str | None) -> str:
    return turn.words("market_where", place=where) if where else turn.words("market_everywhere")


def _count(turn: Turn, found: Market, since: datetime, what: str | None, where: str | None) -> str:
    return turn.words(
        "market_count",
        count=found.total,
        what=what or turn.words("market_all"),
        where=_in(turn, where),
        since=formatting.month(since.date(), turn.language),
        open=formatting.number(found.open, turn.language),
    )


def _change(turn: Turn, found: Market) -> str:
    if found.change is None:
        few = found.total < LEAST
        return turn.words("market_too_few" if few else "market_too_early", days=PERIOD.days)
    key = "market_same" if not found.change else "market_up" if found.change > 0 else "market_down"
    percent = formatting.number(abs(found.change), turn.language)
    return turn.words(key, percent=percent, days=PERIOD.days)


def _top(turn: Turn, session: Session, found: Market) -> str | None:
    named = [taxonomy.label(session, isco, turn.language) or isco for isco, _ in found.top[:3]]
    return turn.words("market_top", jobs=formatting.listed(named, turn.language)) if named else None


def _pay(turn: Turn, found: Market) -> str | None:
    if found.pay is None:
        return turn.words("market_no_pay")
    amount = formatting.money(found.pay.median, found.pay.currency, turn.language)
    return turn.words("market_pay", amount=amount, count=found.pay.offers)


def _skills(turn: Turn, found: Market) -> str | None:
    if not found.skills:
        return None
    named = [skills.name(key, turn.language) for key, _ in found.skills]
    return turn.words("market_skills", skills=formatting.listed(named, turn.language))


def _picture(turn: Turn, session: Session, found: Market, title: str) -> str | None:
    """Months of one kind of work, or the jobs most asked for; one bar alone tells nothing."""
    language, months = turn.language, found.months
    if found.top:
        labels = [_short(taxonomy.label(session, isco, language) or isco) for isco, _ in found.top]
        values = [count for _, count in found.top]
    else:
        labels = [_month(first, language) for first, _ in months]
        values = [count for _, count in months]
    if len(values) < 2:  # noqa: PLR2004
        return None
    rtl = get_languages()[language].rtl
    chart = Chart(_short(title), labels, values, across=bool(found.top), rtl=rtl)
    return address(chart, get_settings().secret)


def _month(first: datetime, language: str) -> str:
    return formatting.month(first.date(), language, short=True)


def _short(text: str, most: int = 34) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
