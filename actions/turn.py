"""One message as an action sees it, and what it answers."""

from collections.abc import Callable
from typing import Any

from rasa_sdk.events import ActiveLoop, EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Tracker

from actions.frame import Details, Frame, details
from languages.profile import get_profile
from languages.replies import Button, Reply, get_replies
from languages.translation.result import Wish

MISSED = "missed"  # the slot that notes a message that was not understood
GIVE_UP = 3  # the time in a row at which a person is offered
_OWN_TOPIC = ("distress", "scam")
FORMS = {"offer": "offer_form", "training": "training_form", "event": "event_form"}


class Turn:
    """The message, the search it belongs to, and the replies and events collected so far."""

    def __init__(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
        self._dispatcher = dispatcher
        message = tracker.latest_message
        self.language: str = tracker.get_slot("language") or get_profile().default_language
        self.intent: str = (message.get("intent") or {}).get("name") or ""
        self.ranking: list[dict[str, Any]] = message.get("intent_ranking") or []
        self.entities: list[dict[str, Any]] = message.get("entities") or []
        self.text: str = message.get("text") or ""
        self.selected: dict[str, Any] = message.get("response_selector") or {}
        self.frame: Frame | None = Frame.of(tracker.get_slot("search"))
        self.open_form: str | None = (tracker.active_loop or {}).get("name")
        self.tracker = tracker
        self.wishes: list[Wish] = []
        self._events: list[EventType] = []

    @property
    def is_button(self) -> bool:
        """Whether a button was tapped (its payload begins with a slash)."""
        return self.text.startswith("/")

    @property
    def said(self) -> Details:
        """What the message says about a search."""
        return details("" if self.is_button else self.text, self.entities)

    @property
    def refused_place(self) -> bool:
        """Whether the only places it names are turned down: "not in Casablanca"."""
        return bool(self.entity("place")) and not self.said.place

    def entity(self, name: str) -> str | None:
        """The first value of an entity."""
        return next((str(e["value"]) for e in self.entities if e["entity"] == name), None)

    def reply(self, key: str, **words: object) -> Reply:
        """A reply in the person's language, not yet said."""
        return get_replies().render(key, self.language, **words)

    def words(self, key: str, **words: object) -> str:
        """The text of a reply in the person's language."""
        return get_replies().text(key, self.language, **words)

    def button(self, key: str, payload: str | None = None) -> Button:
        """A button in the person's language."""
        return get_replies().button(key, self.language, payload)

    def say(self, key: str, **words: object) -> None:
        """Say a reply with its buttons."""
        reply = self.reply(key, **words)
        self.utter(reply.text, reply.buttons)

    def utter(
        self,
        text: str,
        buttons: list[Button],
        custom: dict[str, Any] | None = None,
        image: str | None = None,
    ) -> None:
        """Say a text that was put together, with buttons, cards and the address of a picture."""
        self._dispatcher.utter_message(text=text, buttons=buttons, json_message=custom, image=image)

    def utter_response(self, name: str) -> None:
        """Let Rasa say a response of its domain (replies/ without plurals)."""
        self._dispatcher.utter_message(response=name)

    def set(self, slot: str, value: object) -> None:
        """Set a slot."""
        self._events.append(SlotSet(slot, value))

    def count(self, what: str) -> int:
        """Note in a slot that `what` happened to this message; gives how often in a row it has.

        In a row: to each message before, nothing else in between, in the same session.
        """
        noted = (e for e in self.since_last_message() if e.get("event") == "slot")
        before = next((e.get("value") for e in noted if e.get("name") == what), None)
        times = 1 + (before if isinstance(before, int) else 0)
        self.set(what, times)
        return times

    def since_last_message(self) -> list[dict[str, Any]]:
        """What followed the message before this one, latest first; [] at the first of a session."""
        followed: list[dict[str, Any]] = []
        messages = 0
        for event in reversed(self.tracker.events):
            if event.get("event") == "session_started":
                return []
            if event.get("event") != "user":
                followed.append(event)
            elif messages:
                return followed
            else:
                followed, messages = [], 1
        return []

    def hand_off(self, key: str, reason: str) -> None:
        """Say a reply, and have the edge bring in a counsellor, with what is known here.

        `reason` is asked, misunderstood, distress or scam. The edge goes on from there: whose
        turn it is, and when the desk is open (bot/handoff).
        """
        reply, frame = self.reply(key), self.frame
        wish = frame.wish() if frame else {}
        known = {
            "reason": reason,
            "topic": reason if reason in _OWN_TOPIC else frame.kind if frame else None,
            "place": wish.get("place"),
            "wish": wish,
            "shown": frame.shown if frame else [],
        }
        self.utter(reply.text, reply.buttons, {"handoff": known})

    def say_not_understood(self) -> None:
        """Ask for other words; at the third time in a row, bring in a person."""
        times = self.count(MISSED)
        if times >= GIVE_UP:
            self.give_up()
        else:
            self.say("clarify_first" if times == 1 else "clarify_again")

    def give_up(self) -> None:
        """Say that a person understands better, and bring one in."""
        self.hand_off("third_misunderstanding", "misunderstood")

    def keep(self, frame: Frame | None) -> None:
        """Keep the search for the next turn and open or close its form accordingly."""
        self.frame = frame
        self.set("search", frame.as_slot() if frame else None)
        form = FORMS[frame.kind] if frame and frame.asked else None
        if form != self.open_form or form:
            self._events.append(ActiveLoop(form))
        self.set("requested_slot", frame.asked if frame else None)
        self.open_form = form

    def events(self) -> list[EventType]:
        """What changed; then the assistant listens, without asking its policies again."""
        return [*self._events, FollowupAction("action_listen")]


Handler = Callable[[Turn], None]
