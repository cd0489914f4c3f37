"""A reviewer at the terminal: one message at a time, each answer written at once."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from tawjih.review.entries import Entry, read, write

with suppress(ImportError):  # not on every system: the line is then typed anew
    import readline

VARIETIES = ("en", "fr", "msa", "darija", "arabizi", "mixed")
_OTHER = "out_of_scope"
_HELP = (
    "1 2 3 that guess · part of an intent's name · o out of scope · s skip · d delete\n"
    "e edit the text · v VARIETY · u undo · q stop (all is kept)"
)
_SHORTEST = 2  # letters of a name


class Session:
    """Asks about each entry without a label until there is none, or the reviewer stops.

    Args:
        console: the reviewer's terminal.
        path: the file, written after each answer.
        labels: every intent that a message can have.
    """

    def __init__(self, console: Console, path: Path, labels: Iterable[str]) -> None:
        self._console = console
        self._path = path
        self._labels = sorted(labels)
        self._entries = read(path)
        self._skipped: list[Entry] = []
        self._before: list[list[Entry]] = []
        self._found: list[str] = []
        self._choices: list[str] = []

    def run(self) -> None:
        """Ask until done; Ctrl-C and Ctrl-D stop, and lose nothing."""
        self._console.print(_HELP, style="dim", highlight=False)
        with suppress(EOFError, KeyboardInterrupt):
            while (entry := self._next()) and self._ask(entry):
                pass
        done = sum(entry.label is not None for entry in self._entries)
        left = len(self._entries) - done
        self._console.print(f"\n{done} labelled, {left} left", highlight=False)

    def _next(self) -> Entry | None:
        waiting = (e for e in self._entries if e.label is None)
        return next((e for e in waiting if not any(e is s for s in self._skipped)), None)

    def _ask(self, entry: Entry) -> bool:
        """One answer about one entry; False to stop."""
        self._show(entry)
        word = input("> ").strip()
        if word == "q":
            return False
        self._obey(entry, word)
        return True

    def _show(self, entry: Entry) -> None:
        left = sum(e.label is None for e in self._entries)
        times = "once" if entry.count == 1 else f"{entry.count} times"
        about = (f"{left} left", times, f"{entry.variety} → {entry.language}", *entry.why)
        self._console.print(f"\n[dim]{' · '.join(about)}[/dim]", highlight=False)
        self._console.print(f"  {escape(entry.text)}", style="bold", highlight=False)
        self._choices = self._found or list(entry.guesses)
        for number, name in enumerate(self._choices, 1):
            share = "" if self._found else f"  {entry.guesses[name]:.0%}"
            self._console.print(f"  {number} {name}{share}", highlight=False)

    def _obey(self, entry: Entry, word: str) -> None:
        command, _, rest = word.partition(" ")
        if word.isdecimal():
            self._choose(entry, int(word))
        elif command == "s":
            self._skipped.append(entry)
            self._found = []
        elif command == "o":
            self._label(entry, _OTHER)
        elif command == "d":
            self._change([e for e in self._entries if e is not entry])
        elif command == "u":
            self._undo()
        elif command == "v":
            self._set_variety(entry, rest)
        elif command == "e":
            self._replace(entry, text=rest or self._edited(entry.text))
        else:
            self._search(entry, word)

    def _choose(self, entry: Entry, number: int) -> None:
        if 1 <= number <= len(self._choices):
            self._label(entry, self._choices[number - 1])
        else:
            self._say(f"there is no number {number}")

    def _search(self, entry: Entry, word: str) -> None:
        if len(word) < _SHORTEST:
            self._say(_HELP)
            return
        found = [word] if word in self._labels else [n for n in self._labels if word in n]
        if len(found) == 1:
            self._label(entry, found[0])
            return
        self._found = found
        if not found:
            self._say(f"no intent has {word!r} in its name")

    def _label(self, entry: Entry, label: str) -> None:
        self._replace(entry, label=label)
        self._found = []
        self._say(f"= {label}")

    def _set_variety(self, entry: Entry, variety: str) -> None:
        if variety in VARIETIES:
            own = {"en": "en", "fr": "fr", "mixed": entry.language}
            self._replace(entry, variety=variety, language=own.get(variety, "ar"))
        else:
            self._say(f"a variety is one of {', '.join(VARIETIES)}")

    def _replace(self, entry: Entry, **values: str) -> None:
        changed = entry.model_copy(update={name: v for name, v in values.items() if v})
        self._change([changed if e is entry else e for e in self._entries])

    def _change(self, entries: list[Entry]) -> None:
        """Write first, then go on from what is written."""
        write(self._path, entries)
        self._before.append(self._entries)
        self._entries = entries

    def _undo(self) -> None:
        if not self._before:
            self._say("there is nothing to undo")
            return
        write(self._path, self._before[-1])
        self._entries = self._before.pop()

    def _edited(self, text: str) -> str:
        """The text as the reviewer leaves it."""
        if "readline" not in globals():
            return input("text: ").strip()
        readline.set_startup_hook(lambda: readline.insert_text(text))
        try:
            return input("text: ").strip()
        finally:
            readline.set_startup_hook(None)

    def _say(self, words: str) -> None:
        self._console.print(f"  {words}", style="dim", highlight=False, markup=False)
