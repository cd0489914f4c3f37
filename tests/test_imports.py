"""What the serving processes hold in memory from their start: no library that few messages need."""

import subprocess
import sys

import pytest

from settings import ROOT

# Tens of megabytes each; who needs one imports it where it is used.
RARELY_NEEDED = {
    "argostranslate", "bs4", "ctranslate2", "datasketch", "extruct", "feedparser", "icalendar",
    "lxml", "matplotlib", "numpy", "openpyxl", "scipy", "telegram",
}  # fmt: skip


@pytest.mark.parametrize("module", ["bot.app", "actions.__main__"])
def test_a_serving_process_starts_without_what_is_rarely_needed(module):
    code = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert module.partition(".")[0] in loaded
    assert not RARELY_NEEDED & loaded
