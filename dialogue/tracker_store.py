"""Trackers that stay small and survive a restart.

Rasa replays a conversation's whole history at every turn, so a turn's cost grows with the
conversation. Here a tracker keeps its last few turns and the slots' present values, never more.
"""

import json
import sqlite3
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import ujson
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SerializedTrackerAsText, TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

_TABLE = """CREATE TABLE IF NOT EXISTS tracker (
    sender_id TEXT PRIMARY KEY, events TEXT NOT NULL, updated REAL NOT NULL
) WITHOUT ROWID"""


class BoundedTrackerStore(TrackerStore, SerializedTrackerAsText):
    """Keeps `turns` turns a conversation, the latest `live` conversations in memory, all on disk.

    Args:
        path: the SQLite file; its folder is made.
        turns: how many of a conversation's latest messages stay in its tracker.
        live: how many conversations stay in memory as objects.
    """

    def __init__(
        self,
        domain: Domain | None,
        event_broker: EventBroker | None = None,
        path: str = "var/dialogue.db",
        turns: int = 3,
        live: int = 2000,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker, **kwargs)
        self.turns = int(turns)
        self.live = int(live)
        self._live: OrderedDict[str, DialogueStateTracker] = OrderedDict()
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._disk = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._disk.execute("PRAGMA journal_mode=WAL")
        self._disk.execute("PRAGMA synchronous=NORMAL")
        self._disk.execute(_TABLE)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Shorten the tracker to its bound and keep it, in memory and on disk."""
        await self.stream_events(tracker)
        tracker = self._bounded(tracker)
        self._disk.execute(
            "INSERT INTO tracker VALUES (?, ?, ?) ON CONFLICT (sender_id)"
            " DO UPDATE SET events = excluded.events, updated = excluded.updated",
            (
                tracker.sender_id,
                ujson.dumps([event.as_dict() for event in tracker.events], ensure_ascii=False),
                tracker.events[-1].timestamp if tracker.events else 0.0,
            ),
        )
        self._remember(tracker)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The conversation's tracker; the live object itself where there is one."""
        tracker = self._live.get(sender_id) or self._load(sender_id)
        if tracker is not None:
            self._remember(tracker)
        return tracker

    async def retrieve_full_tracker(self, sender_id: str) -> DialogueStateTracker | None:
        """All that is kept of the conversation: what `retrieve` gives."""
        return await self.retrieve(sender_id)

    async def keys(self) -> Iterable[str]:
        """The sender ids of all conversations kept."""
        return [row[0] for row in self._disk.execute("SELECT sender_id FROM tracker")]

    def forget_live(self, sender_id: str) -> None:
        """Drop what was not saved: the next turn begins where the last saved one ended."""
        self._live.pop(sender_id, None)

    def _load(self, sender_id: str) -> DialogueStateTracker | None:
        row = self._disk.execute(
            "SELECT events FROM tracker WHERE sender_id = ?", (sender_id,)
        ).fetchone()
        if row is None:
            return None
        return DialogueStateTracker.from_dict(sender_id, json.loads(row[0]), self.domain.slots)

    def _remember(self, tracker: DialogueStateTracker) -> None:
        self._live[tracker.sender_id] = tracker
        self._live.move_to_end(tracker.sender_id)
        while len(self._live) > self.live:
            self._live.popitem(last=False)

    def _bounded(self, tracker: DialogueStateTracker) -> DialogueStateTracker:
        events = list(tracker.events)
        messages = [i for i, event in enumerate(events) if isinstance(event, UserUttered)]
        if len(messages) <= self.turns:
            return tracker
        # What the next policy prediction sees begins with a listening assistant that knows
        # the slots as they stood before the oldest message kept.
        cut = messages[-self.turns]
        before = self._replayed(tracker.sender_id, events[:cut])
        bounded = self._replayed(tracker.sender_id, _standing(before) + events[cut:])
        bounded.model_id, bounded.assistant_id = tracker.model_id, tracker.assistant_id
        return bounded

    def _replayed(self, sender_id: str, events: list[Event]) -> DialogueStateTracker:
        return DialogueStateTracker.from_events(sender_id, events, self.domain.slots)


def _standing(tracker: DialogueStateTracker) -> list[Event]:
    values: dict[str, Any] = tracker.current_slot_values()
    initial = {slot.name: slot.initial_value for slot in tracker.slots.values()}
    kept: list[Event] = [SessionStarted(timestamp=tracker.events[-1].timestamp)]
    kept += [SlotSet(name, value) for name, value in values.items() if value != initial[name]]
    if tracker.active_loop_name:
        kept.append(ActiveLoop(tracker.active_loop_name))
    kept.append(ActionExecuted(ACTION_LISTEN_NAME))
    return kept
