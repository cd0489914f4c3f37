"""The translating process: `python -m languages.translation HOME THREADS IDLE_SECONDS`.

Tasks come as lines on standard input and are done a sentence at a time, urgent ones first. It ends
when its owner closes the input, or when nothing came for a while: its models' memory goes with it.
"""

import json
import os
import queue
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from languages.translation.packages import Packages
from languages.translation.protocol import Task
from languages.translation.translator import Steps, Translator, assembled

_NICE = 10  # whoever answers a person goes first
Message = dict[str, Any]


def _listen(inbox: "queue.Queue[Message | None]") -> None:
    for line in sys.stdin.buffer:
        inbox.put(json.loads(line))
    inbox.put(None)


def _say(message: Message) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


class Worker:
    """Takes tasks and cancellations between sentences, and always goes on with the most urgent."""

    def __init__(self, translator: Translator, inbox: "queue.Queue[Message | None]") -> None:
        self._translator = translator
        self._inbox = inbox
        self._under_way: dict[int, tuple[Task, Steps]] = {}

    def run(self, idle: float) -> None:
        """Work until the input ends, or for `idle` seconds there is nothing to do."""
        while self._hear(None if self._under_way else idle):
            if self._under_way:
                self._step()

    def _hear(self, patience: float | None) -> bool:
        """Take in what has come; wait for something, for `patience` seconds, when asked to."""
        for message in self._messages(patience):
            if message is None:
                return False
            self._note(message)
        return True

    def _messages(self, patience: float | None) -> Iterator[Message | None]:
        if patience is not None:
            try:
                yield self._inbox.get(timeout=patience)
            except queue.Empty:
                yield None
        while not self._inbox.empty():  # nobody else takes from it
            yield self._inbox.get_nowait()

    def _note(self, message: Message) -> None:
        if "cancel" in message:
            self._under_way.pop(message["cancel"], None)
            return
        task = Task.of(message)
        steps = self._translator.steps(task.text, task.source, task.target, task.names)
        self._under_way[task.id] = (task, steps)

    def _step(self) -> None:
        task, steps = min(self._under_way.values(), key=lambda one: (not one[0].urgent, one[0].id))
        try:
            next(steps)
        except StopIteration as done:
            made = assembled(task.text, done.value)
            _say({"id": task.id, "text": made.text, "automatic": made.automatic})
        except Exception as error:  # noqa: BLE001 - one text that fails must not end the others
            sys.stderr.write(f"translation failed: {type(error).__name__}\n")
            _say({"id": task.id, "failed": True})
        else:
            return
        del self._under_way[task.id]


def main() -> None:
    """Serve the owner's tasks."""
    home, threads, idle = sys.argv[1:]
    os.nice(_NICE)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the owner, and the owner us
    inbox: queue.Queue[Message | None] = queue.Queue()
    threading.Thread(target=_listen, args=(inbox,), daemon=True).start()
    Worker(Translator(Packages(Path(home)), int(threads)), inbox).run(float(idle))
    # The thread that listens still holds standard input, which an ordinary end would wait for.
    os._exit(0)


if __name__ == "__main__":
    main()
