"""Which intent is handled by what; the same table serves the rules and the open forms."""

import asyncio

from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker
from rasa_sdk.types import DomainDict

from actions import (
    alerts,
    answers,
    appointments,
    conversation,
    for_you,
    human,
    market,
    misunderstood,
    profile,
    results,
    saved,
    search,
)
from actions.translated import ask_for_missing
from actions.turn import FORMS, Handler, Turn

HANDLERS: dict[str, Handler] = {
    "search_offers": for_you.or_search,
    "search_trainings": search.start,
    "search_events": search.start,
    "inform": answers.inform,
    "show_more": search.more,
    "show_details": results.details,
    "ask_why": results.why,
    "how_to_apply": results.how_to_apply,
    "affirm": conversation.affirm,
    "deny": conversation.deny,
    "cancel": conversation.cancel,
    "change_language": conversation.change_language,
    "save_item": saved.save,
    "list_saved": saved.show,
    "subscribe_alert": alerts.subscribe,
    "list_alerts": alerts.show,
    "stop_alert": alerts.stop,
    "tell_profile": profile.tell,
    "my_data": profile.show,
    "delete_my_data": profile.delete,
    "ask_orientation": for_you.orientation,
    "give_feedback": conversation.feedback,
    "ask_labour_market": market.answer,
    "talk_to_human": human.wanted,
    "book_appointment": appointments.handle,
    "express_distress": human.distress,
    "ask_bot_identity": conversation.identity,
    "nlu_fallback": misunderstood.clarify,
    "out_of_scope": misunderstood.other_subject,
}
# These may hold the answer to the open question: "j'ai un CAP de cuisine", "truc dans les avions".
_MAY_ANSWER = ("tell_profile", "nlu_fallback", "ask_orientation", "out_of_scope")
# "In which city?" is not what one says to who takes leave.
_NO_QUESTION = ("goodbye",)
_NAME = 3  # words


def in_form(turn: Turn) -> None:
    """A message while a form is open: an answer, or something in between."""
    if _may_answer(turn):
        answers.inform(turn)
        return
    handler = HANDLERS.get(turn.intent)
    if handler:
        handler(turn)
        return
    turn.utter_response(_response(turn))
    if turn.intent not in _NO_QUESTION:
        search.ask_again(turn)


def _may_answer(turn: Turn) -> bool:
    if turn.intent not in _MAY_ANSWER:
        return False
    # A name that nobody has heard of looks like another subject: "Xkzwtbourg". In a long message
    # about another subject, what looks like a town is none.
    name = turn.intent in ("nlu_fallback", "out_of_scope") and len(turn.text.split()) <= _NAME
    told = bool(turn.said) and turn.intent != "out_of_scope"
    return told or name or answers.is_unsure(turn)


def _response(turn: Turn) -> str:
    selected = turn.selected.get(turn.intent, {}).get("response", {}).get("utter_action")
    return str(selected or f"utter_{turn.intent}")


class TawjihAction(Action):
    """One custom action of the domain: a name and what handles it, off the event loop."""

    def __init__(self, name: str, handler: Handler) -> None:
        self._name = name
        self._handler = handler

    def name(self) -> str:
        """The name in domain.yml."""
        return self._name

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Handle the message; the database is asked in a thread of its own."""
        turn = Turn(dispatcher, tracker)
        await asyncio.to_thread(self._handle, turn)
        if turn.wishes:
            await asyncio.to_thread(ask_for_missing, turn)
        return turn.events()

    def _handle(self, turn: Turn) -> None:
        if misunderstood.is_insult(turn):
            misunderstood.insulted(turn)
        elif alerts.is_stop(turn):
            alerts.stop(turn)
        else:
            self._handler(turn)


def _form(turn: Turn) -> None:
    (in_form if turn.open_form else HANDLERS[turn.intent])(turn)


def actions() -> list[TawjihAction]:
    """Every custom action of domain.yml."""
    forms = [TawjihAction(name, _form) for name in FORMS.values()]
    named = {
        "action_inform": "inform",
        "action_show_more": "show_more",
        "action_show_details": "show_details",
        "action_ask_why": "ask_why",
        "action_how_to_apply": "how_to_apply",
        "action_affirm": "affirm",
        "action_deny": "deny",
        "action_cancel": "cancel",
        "action_change_language": "change_language",
        "action_save_item": "save_item",
        "action_list_saved": "list_saved",
        "action_subscribe_alert": "subscribe_alert",
        "action_list_alerts": "list_alerts",
        "action_stop_alert": "stop_alert",
        "action_tell_profile": "tell_profile",
        "action_my_data": "my_data",
        "action_delete_my_data": "delete_my_data",
        "action_orientation": "ask_orientation",
        "action_identity": "ask_bot_identity",
        "action_clarify": "nlu_fallback",
        "action_other_subject": "out_of_scope",
        "action_feedback": "give_feedback",
        "action_labour_market": "ask_labour_market",
        "action_human": "talk_to_human",
        "action_appointment": "book_appointment",
        "action_distress": "express_distress",
    }
    return forms + [TawjihAction(name, HANDLERS[intent]) for name, intent in named.items()]
