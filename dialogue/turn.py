"""One message through Rasa, whole or not at all."""

from collections import OrderedDict
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.processor import MessageProcessor
from rasa.shared.core.events import SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from dialogue import payload
from dialogue.action_endpoint import FAILED, ActionEndpoint
from dialogue.importer import read_profile
from dialogue.lean import make_lean
from dialogue.tracker_store import BoundedTrackerStore

LANGUAGE_SLOT = "language"
CHOSEN_SLOT = "language_chosen"
_GUESSES = 3  # of the likeliest intents that are told


class ActionsAway(Exception):  # noqa: N818 - it names what is wrong
    """The action server did not do its part; the turn was undone."""


async def take_turn(agent: Agent, body: dict[str, Any], replies: OutputChannel) -> dict[str, Any]:
    """Understand a message, act on it, collect the replies.

    Args:
        agent: Rasa's agent with a loaded model.
        body: the request as channel.py describes it.
        replies: collects what is said.

    Returns:
        The response as channel.py describes it.

    Raises:
        ActionsAway: nothing of the turn was kept.
    """
    processor = _prepared(agent)
    message = UserMessage(
        body["message"],
        replies,
        body["sender"],
        input_channel=replies.name(),
        message_id=body.get("message_id"),
        metadata=body.get("metadata") or {},
    )
    # One at a time a conversation: the edge sees to it, this makes sure.
    async with agent.lock_store.lock(message.sender_id):
        answered = _ANSWERED.get((message.sender_id, body.get("message_id")))
        if answered:
            return answered
        failures: list[str] = []
        FAILED.set(failures)
        tracker = await _process(processor, message)
        if failures:
            _undo(processor, message.sender_id)
            raise ActionsAway(f"the action server failed: {failures[0]}")
        await processor.save_tracker(tracker)
        return _remember(message.sender_id, body.get("message_id"), _answer(tracker, replies))


# Who lost patience sends a message again; a turn that was taken is not taken twice. A restart
# forgets this, and the edge's own rows still keep a person from being answered twice.
_ANSWERED: "OrderedDict[tuple[str, str | None], dict[str, Any]]" = OrderedDict()
_MOST_ANSWERED = 2000


def _remember(sender: str, message_id: str | None, answer: dict[str, Any]) -> dict[str, Any]:
    if message_id:
        _ANSWERED[sender, message_id] = answer
        while len(_ANSWERED) > _MOST_ANSWERED:
            _ANSWERED.popitem(last=False)
    return answer


async def _process(processor: MessageProcessor, message: UserMessage) -> DialogueStateTracker:
    metadata = message.metadata or {}
    parsed = payload.parse(message.text or "", processor.domain, metadata.get("language"))
    if parsed is None:
        message.text = (message.text or "").lstrip("/ ") or "?"
        parsed = understood(processor, message)
    message.parse_data = parsed
    tracker = await processor.fetch_tracker_and_update_session(
        message.sender_id, message.output_channel
    )
    _set_language(tracker, processor, parsed.get("language"), metadata)
    # Rasa's public road saves the tracker and says nothing of an action that failed.
    await processor._handle_message_with_tracker(message, tracker)  # noqa: SLF001
    tracker = await processor.run_action_extract_slots(message.output_channel, tracker)
    await processor._run_prediction_loop(message.output_channel, tracker)  # noqa: SLF001
    return tracker


def understood(processor: MessageProcessor, message: UserMessage) -> dict[str, Any]:
    """What a message means, as Rasa's parse result.

    Rasa's public road makes an empty domain for each message, to compare ours with.
    """
    nobody = DialogueStateTracker.from_events(message.sender_id, [])
    parsed: dict[str, Any] = processor._parse_message_with_graph(message, nobody)  # noqa: SLF001
    processor._update_full_retrieval_intent(parsed)  # noqa: SLF001
    return parsed


def _set_language(
    tracker: DialogueStateTracker,
    processor: MessageProcessor,
    language: str | None,
    metadata: dict[str, Any],
) -> None:
    chosen = bool(metadata.get("language_chosen"))
    for slot, value in ((LANGUAGE_SLOT, language), (CHOSEN_SLOT, chosen)):
        if value is not None and tracker.get_slot(slot) != value:
            tracker.update(SlotSet(slot, value), processor.domain)


def _prepared(agent: Agent) -> MessageProcessor:
    processor = agent.processor
    if processor is None:
        raise ActionsAway("the model is not loaded yet")
    if not isinstance(processor.action_endpoint, ActionEndpoint):
        processor.action_endpoint = ActionEndpoint(processor.action_endpoint)
        make_lean(processor)
    return processor


def _undo(processor: MessageProcessor, sender_id: str) -> None:
    store = processor.tracker_store
    store = getattr(store, "_tracker_store", store)  # Rasa wraps ours in its own
    if isinstance(store, BoundedTrackerStore):
        store.forget_live(sender_id)


def _answer(tracker: DialogueStateTracker, replies: Any) -> dict[str, Any]:
    latest = tracker.latest_message
    parsed = latest.parse_data if latest else {}
    intent = parsed.get("intent", {})
    handoffs = [
        m["custom"].pop("handoff") for m in replies.messages if "handoff" in m.get("custom", {})
    ]
    return {
        "messages": [
            m for m in replies.messages if m.get("text") or m.get("custom") or m.get("image")
        ],
        "language": tracker.get_slot(LANGUAGE_SLOT) or read_profile()[1],
        "language_chosen": bool(tracker.get_slot(CHOSEN_SLOT)),
        "intent": intent.get("full_retrieval_intent_name") or intent.get("name"),
        "confidence": round(float(intent.get("confidence") or 0.0), 4),
        "guesses": _guesses(parsed.get("intent_ranking") or []),
        "variety": parsed.get("variety"),
        "handoff": handoffs[0] if handoffs else None,
    }


def _guesses(ranking: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"intent": guess["name"], "confidence": round(float(guess["confidence"]), 4)}
        for guess in ranking[:_GUESSES]
    ]
