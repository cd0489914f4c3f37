"""argostranslate, kept in its place: no network, no home folder, no splitter, no word in a log.

It is imported here and nowhere else. What it would read from the environment and from a person's
home is given to it while it is imported. It imports stanza and minisbd, which bring PyTorch and
onnxruntime, only to split sentences: sentences.py does that, and stand-ins take their names.
"""

import importlib
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

from errors import DataError, TawjihError


class SplitterCalledError(TawjihError):
    """Something asked a stand-in to split sentences: a defect of ours."""


class _Refusing:
    """Stands for a sentence splitter that is not installed."""

    def __init__(self, *_: object, **__: object) -> None:
        raise SplitterCalledError("argostranslate's own sentence splitters are not installed")


class _WholeSentence:
    """The splitter that a loaded package gets: what comes is one sentence already."""

    def split_sentences(self, text: str) -> list[str]:
        return [text]


def _stand_in(name: str, **attributes: object) -> None:
    module = ModuleType(name, "Stands for a package that is left out: see languages/translation.")
    vars(module).update(attributes)
    sys.modules.setdefault(name, module)


@contextmanager
def _surroundings(home: Path) -> Iterator[None]:
    """The environment as argostranslate may see it while it is imported."""
    ours = {
        name: str(home / "argos") for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")
    }
    before = os.environ.copy()
    for name in before:
        if name.startswith(("ARGOS_", "LIBRETRANSLATE_", "OPENAI_", "SNAP")):
            del os.environ[name]
    os.environ.update(ours)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@lru_cache(maxsize=1)
def _argos(home: Path) -> SimpleNamespace:
    """The modules of argostranslate, imported once a process."""
    _stand_in("stanza", Pipeline=_Refusing)
    _stand_in("minisbd", SBDetect=_Refusing, models=SimpleNamespace(list_models=lambda: ["en"]))
    with _surroundings(home):
        translate = importlib.import_module("argostranslate.translate")
    # It logs each text that it translates: what people write is never logged.
    logging.getLogger("argostranslate.utils").disabled = True
    importlib.import_module("ctranslate2").set_log_level(logging.ERROR)
    return SimpleNamespace(
        translate=translate,
        package=importlib.import_module("argostranslate.package"),
        settings=importlib.import_module("argostranslate.settings"),
    )


def index_url(home: Path) -> str:
    """Where argostranslate itself looks for packages."""
    return str(_argos(home).settings.remote_package_index)


class Model:
    """One installed package, loaded.

    Raises:
        DataError: the package cannot be loaded.
    """

    def __init__(self, folder: Path, home: Path, threads: int = 1) -> None:
        argos = _argos(home)
        argos.settings.intra_threads = threads
        try:
            package: Any = argos.package.Package(folder)
            languages = [argos.translate.Language(code, code)
                         for code in (package.from_code, package.to_code)]  # fmt: skip
            self._translation: Any = argos.translate.PackageTranslation(*languages, package)
            self._translation.sentencizer = _WholeSentence()
            self.say("a")
        except (OSError, ValueError, RuntimeError, AttributeError, TypeError, KeyError) as error:
            raise DataError(f"{folder.name}: not a model that works ({error})") from error

    def say(self, sentence: str) -> str:
        """One sentence in the other language. RuntimeError when the model fails at it."""
        return str(self._translation.translate(sentence))
