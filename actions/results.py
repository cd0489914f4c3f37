"""What can be asked about one result: details, why it is shown, how to apply."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.orm import Session

from actions import cards, translated
from actions.lexicon import lexicon
from actions.search import now, request_of
from actions.turn import Turn
from catalogue.models import Listing
from catalogue.search import get, search
from languages import formatting
from languages.replies import Button
from store.engine import get_database

_WHY = 4  # reasons that are told at most
_LOOKED_THROUGH = 60  # results among which the one asked about is looked for


def details(turn: Turn) -> None:
    """All that is known about one result."""
    _with_listing(turn, _say_details)


def how_to_apply(turn: Turn) -> None:
    """The link or the words by which one applies or registers."""
    _with_listing(turn, _say_how)


def why(turn: Turn) -> None:
    """The reasons for which one result was shown."""
    _with_listing(turn, _say_why)


def _with_listing(turn: Turn, tell: Callable[[Turn, Session, Listing], None]) -> None:
    wanted = named(turn)
    if wanted is None:
        ask_which(turn)
        return
    with get_database().read() as session:
        listing = get(session, wanted)
        if listing is None:
            turn.say("no_results_yet")
            return
        tell(turn, session, listing)
    if turn.frame:
        turn.frame.focus = wanted
        turn.keep(turn.frame)


def named(turn: Turn) -> int | None:
    """The id of the result that is meant; None where that is not clear."""
    item = turn.entity("item")
    if item and item.isdecimal():
        return int(item)
    shown, place = _shown(turn), _place(turn)
    if place == "last" and shown:
        return shown[-1]
    if place and place.isdigit() and shown:
        return shown[int(place) - 1] if int(place) <= len(shown) else None
    if turn.frame and turn.frame.focus:
        return turn.frame.focus
    return shown[0] if len(shown) == 1 else None


def ask_which(turn: Turn) -> None:
    """Ask which of the results is meant, or tell that there are not so many, or none."""
    shown, place = _shown(turn), _place(turn)
    if not shown:
        turn.say("no_results_yet")
    elif place and place.isdigit() and int(place) > len(shown):
        turn.say("fewer_results", count=len(shown))
    else:
        turn.say("which_one")


def _shown(turn: Turn) -> list[int]:
    return turn.frame.shown if turn.frame else []


def _place(turn: Turn) -> str | None:
    """Which of the results by its place: a number from 1 on, or "last"."""
    words = lexicon("ordinals")
    return words.exactly(turn.entity("ordinal") or "") or words.within(turn.text)


def _say_details(turn: Turn, session: Session, listing: Listing) -> None:
    language = turn.language or listing.language
    lines = [cards.title(session, turn, listing)[0]]
    lines += [turn.words("label_line", label=turn.words(f"label_{n}"), value=v)
              for n, v in _facts(turn, session, listing, language) if v]  # fmt: skip
    summary = translated.shown(session, turn, listing, listing.summary)
    if summary:
        lines += filter(None, (summary.text, translated.note(turn, summary)))
    lines += [turn.words("demo_mark")] if listing.demo else []
    buttons = [b for b in cards.buttons(turn, listing) if not b["payload"].startswith("/show")]
    turn.utter("\n".join(lines), [*buttons, _last_button(turn, listing, summary)])


def _last_button(turn: Turn, listing: Listing, summary: translated.Shown | None) -> Button:
    if summary and summary.automatic:
        return translated.original_button(turn, listing, "show_details")
    return turn.button("more")


def _facts(
    turn: Turn, session: Session, listing: Listing, language: str
) -> Iterator[tuple[str, str | None]]:
    _, original, _ = cards.title(session, turn, listing)
    yield "original", original
    yield "organisation", listing.organisation
    yield "place", cards.place(session, turn, listing)
    yield "when", cards.when(listing, language)
    yield "contract", turn.words(f"contract_{listing.contract}") if listing.contract else None
    yield "salary", listing.salary
    yield "host", listing.hosts.get(language)
    yield "audience", listing.audience.get(language)
    names = [formatting.language_name(code, language) for code in listing.languages]
    yield "languages", formatting.listed(names, language)
    yield "expires", _last_day(listing, language)


def _last_day(listing: Listing, language: str) -> str | None:
    if listing.expires_at is None:
        return None
    # It expires at the first moment after its last day.
    return formatting.day((listing.expires_at - timedelta(microseconds=1)).date(), language)


def _say_how(turn: Turn, session: Session, listing: Listing) -> None:
    language = turn.language or listing.language
    title, _ = cards.titles(session, listing, language)
    words = translated.shown(session, turn, listing, listing.apply)
    if words:
        _say_words(turn, listing, words)
    elif listing.url:
        turn.say(
            "how_to_apply", title=title, organisation=listing.organisation or "", url=listing.url
        )
    else:
        turn.say("how_to_apply_none", title=title)


def _say_words(turn: Turn, listing: Listing, words: translated.Shown) -> None:
    reply = turn.reply("how_to_apply_text", text=words.text)
    lines = [reply.text, *filter(None, [translated.note(turn, words)])]
    buttons = reply.buttons
    if words.automatic:
        buttons = [translated.original_button(turn, listing, "how_to_apply"), *buttons[:-1]]
    turn.utter("\n".join(lines), buttons)


def _say_why(turn: Turn, session: Session, listing: Listing) -> None:
    if turn.frame is None:
        turn.say("no_results_yet")
        return
    request = replace(request_of(turn, turn.frame), limit=_LOOKED_THROUGH)
    hits = search(session, request, now()).hits
    reasons = next((hit.reasons for hit in hits if hit.listing.id == listing.id), [])
    if not reasons:  # shown for another search, gone since, or one of the work plan
        turn.say("no_reason")
        return
    lines = [f"• {turn.words(f'reason_{r.key}', **r.args)}" for r in reasons[:_WHY]]
    turn.utter("\n".join([turn.words("why"), *lines]), cards.buttons(turn, listing)[:2])
