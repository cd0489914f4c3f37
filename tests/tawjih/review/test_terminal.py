"""The command itself, at a terminal of its own."""

import os
import pty
import re
import select
import signal
import sys

import pytest

from settings import ROOT
from tawjih.review.entries import read, write

_LONGEST_S = 60


class Terminal:
    """A process at a pseudo-terminal: reads until it sees something, types."""

    def __init__(self, *words, **environment):
        self.pid, self._fd = pty.fork()
        if self.pid == 0:  # the child: nothing of the test goes on in it
            os.chdir(ROOT)
            # What is started in the background ignores Ctrl-C, and its children with it.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.execve(sys.executable, [sys.executable, *words], {**os.environ, **environment})  # noqa: S606
        self._seen = b""

    def until(self, expression):
        while not re.search(expression, self._seen.decode(errors="replace")):
            ready, _, _ = select.select([self._fd], [], [], _LONGEST_S)
            assert ready, self._seen.decode(errors="replace")
            try:
                self._seen += os.read(self._fd, 65536)
            except OSError:  # so Linux says that the other end has closed
                raise AssertionError(self._seen) from None

    def type(self, keys, then):
        self._seen = b""
        os.write(self._fd, keys.encode())
        self.until(then)

    def close(self):
        status = os.waitpid(self.pid, 0)[1]
        os.close(self._fd)
        return os.waitstatus_to_exitcode(status)


@pytest.fixture
def at_terminal(home, entry):
    path = home / "review.yml"
    write(
        path, [entry(text, variety="darija", language="ar") for text in ("بغيت خدمة", "سلام", "x")]
    )
    made = Terminal(
        "-m", "tawjih", "nlu", "review",
        TAWJIH_HOME=str(home), TERM="xterm", COLUMNS="100", LINES="30",
    )  # fmt: skip
    return made, path


def test_a_reviewer_labels_edits_and_leaves_by_ctrl_c(at_terminal):
    terminal, path = at_terminal
    terminal.until(r"(?s)3 left.*بغيت خدمة.*1 search_offers.*40%.*> $")
    terminal.type("e\r", then=r"text: بغيت خدمة$")  # the text stands there to be changed
    terminal.type("\x01[بغيت](contract) \r", then=r"(?s)\[بغيت\]\(contract\) .*> $")
    terminal.type("1\r", then=r"(?s)= search_offers.*2 left.*سلام.*> $")
    assert read(path)[0].label == "search_offers"
    terminal.type("greet\r", then=r"(?s)= greet.*1 left.*> $")
    terminal.type("\x03", then=r"(?s)2 labelled, 1 left.*nlu review merge.*review.yml")
    assert terminal.close() == 0
    assert [entry.label for entry in read(path)] == ["search_offers", "greet", None]
    assert read(path)[0].text.startswith("[بغيت](contract)")


def test_killed_in_the_middle_what_was_answered_stands(at_terminal):
    terminal, path = at_terminal
    terminal.until(r"3 left(?s:.*)> $")
    terminal.type("o\r", then=r"(?s)2 left.*> $")
    os.kill(terminal.pid, 9)
    assert terminal.close() == -9
    assert [entry.label for entry in read(path)] == ["out_of_scope", None, None]
