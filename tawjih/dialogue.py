"""The dialogue's own environment: trained, asked and checked through its command line."""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from errors import DataError, PartUnavailable, SettingsError, TawjihError
from settings import ROOT, get_settings
from tawjih import nlu_data

# Whatever of these changes makes the model stale.
_SOURCES = (
    "config.yml",
    "domain.yml",
    "languages.yml",
    "data/nlu",
    "data/rules",
    "data/stories",
    "data/taxonomy",
    "data/places",
    "data/lexicon",
    "replies",
    "dialogue",
)
_PARTS = {".yml", ".csv", ".py", ".lock"}
_NOT_PARTS = {".venv", "tests"}


def python() -> Path:
    """The dialogue's Python.

    Raises:
        SettingsError: its environment is not built.
    """
    path = Path(os.environ.get("DIALOGUE_PYTHON") or ROOT / "dialogue/.venv/bin/python")
    if not path.exists():
        raise SettingsError("the dialogue's environment is not built: run `make setup`")
    return path


def model() -> Path:
    """The trained model."""
    return get_settings().tawjih_home / "models" / "tawjih.tar.gz"


def is_stale() -> bool:
    """Whether the model is missing or was trained on something else than what is there now."""
    mark = _mark()
    return not model().exists() or not mark.exists() or mark.read_text() != _sources_hash()


def train() -> None:
    """Train; the old model stays in place until the new one is complete.

    Raises:
        DataError: examples that nothing can be learnt from; nothing was trained.
        TawjihError: the training failed.
    """
    wrong = nlu_data.unusable(ROOT / "data" / "nlu", ROOT / "domain.yml")
    if wrong:
        raise DataError("nothing was trained, the examples are wrong:\n" + "\n".join(wrong[:15]))
    wanted = _sources_hash()
    fresh = model().with_name("fresh")
    shutil.rmtree(fresh, ignore_errors=True)  # what a failed training left must not count
    log = get_settings().tawjih_home / "train.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output:
        done = _run("train", "--out", str(fresh), stdout=output, stderr=subprocess.STDOUT)
    made = fresh / "tawjih.tar.gz"
    if done.returncode or not made.exists():
        lines = log.read_text(errors="replace").splitlines()[-15:]
        raise TawjihError("training failed, the old model stays:\n" + "\n".join(lines))
    made.replace(model())
    shutil.rmtree(fresh)
    _mark().write_text(wanted)


def validate() -> bool:
    """Rasa's own check of domain, examples, rules and stories; prints what it finds."""
    return _run("validate").returncode == 0


def parse(asked: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Understand messages ({"text", "language"?}), in order.

    Raises:
        PartUnavailable: there is no model, or it cannot be loaded.
    """
    if not model().exists():
        raise PartUnavailable("no model yet: run `uv run tawjih train`")
    lines = "".join(json.dumps(one) + "\n" for one in asked)
    done = _run("parse", input=lines, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode:
        raise PartUnavailable(f"the dialogue cannot parse: {done.stderr.strip()[-500:]}")
    for line in done.stdout.splitlines():
        yield json.loads(line)


def crossvalidate(*options: str) -> list[str]:
    """Understand every example of data/nlu by a model that has not learnt from its author.

    Args:
        options: of `python -m dialogue crossvalidate`.

    Returns:
        A JSON object a line: the example, and `found` as `parse` tells it.

    Raises:
        PartUnavailable: it cannot be measured.
    """
    done = _run(
        "crossvalidate", *options, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    if done.returncode:
        raise PartUnavailable(f"the dialogue cannot be measured: {done.stderr.strip()[-500:]}")
    return str(done.stdout).splitlines()


def _run(command: str, *words: str, **kwargs: Any) -> "subprocess.CompletedProcess[Any]":  # noqa: ANN401
    home = {"TAWJIH_HOME": str(get_settings().tawjih_home), "PROFILE": str(get_settings().profile)}
    return subprocess.run(  # noqa: S603 - our own interpreter and words
        [str(python()), "-m", "dialogue", command, *words],
        cwd=ROOT,
        env={**os.environ, **home},
        check=False,
        **kwargs,
    )


def _mark() -> Path:
    return model().with_suffix(".sources")


def _sources_hash() -> str:
    digest = hashlib.sha256()
    for path in [get_settings().profile, *_source_files()]:
        digest.update(str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _source_files() -> Iterator[Path]:
    for name in _SOURCES:
        path = ROOT / name
        if path.is_file():
            yield path
        for found in sorted(path.rglob("*")) if path.is_dir() else ():
            inside = found.relative_to(path).parts
            if found.is_file() and found.suffix in _PARTS and not _NOT_PARTS & set(inside):
                yield found
