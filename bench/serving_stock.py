"""The peer: Rasa as it is installed, with the assistant's data, trained for one epoch.

Its environment (2.5 GB) and its model are made once, under var/bench/stock, and again when what
they are made of has changed.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import time

from settings import ROOT
from tawjih.dialogue import python as dialogue_python

FOLDER = ROOT / "var" / "bench"
PROJECT = FOLDER / "stock"
_SOURCE = ROOT / "bench" / "stock"
_ENVIRONMENT = FOLDER / "stock-venv"
_PYTHON = _ENVIRONMENT / "bin" / "python"
_MADE = PROJECT / "made.json"
# What stands in Rasa's project; the rest of the folder is what it makes of it.
_PARTS = ("config.yml", "endpoints.yml", "credentials.yml", "data", "domain")
_DEFAULT_EPOCHS = 100
QUIET = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "2"}
# 1/1 [05:43<00:00, 343.72s/it: what tqdm leaves of an epoch, with hours where it took hours.
_EPOCH = re.compile(r"1/1 \[(?:(\d+):)?(\d+):(\d+)<")


def prepare() -> dict[str, float]:
    """Make environment, project and model where they are missing or stale.

    Returns:
        Seconds of the training of one epoch each (`one_epoch_s`), of what of it were epochs
        (`epochs_s`), and what the default of 100 epochs would take by them (`default_s`).
    """
    _make_environment()
    _make_project()
    wanted = _hash()
    made = json.loads(_MADE.read_text(encoding="utf-8")) if _MADE.exists() else {}
    if made.get("of") != wanted:
        made = {"of": wanted, **_train()}
        _MADE.write_text(json.dumps(made), encoding="utf-8")
    return {name: made[name] for name in ("one_epoch_s", "epochs_s", "default_s")}


def rasa(*words: str) -> list[str]:
    """A command of stock Rasa, to be run in its project."""
    return [str(_PYTHON), "-W", "ignore", "-m", "rasa", *words]


def parse(texts: list[str]) -> list[float]:
    """Milliseconds that understanding takes it, a message each."""
    return json.loads(
        subprocess.run(
            [str(_PYTHON), "-W", "ignore", str(_SOURCE / "parse.py"), "models"],
            cwd=PROJECT,
            env={**os.environ, **QUIET},
            input=json.dumps(texts),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            check=True,
        ).stdout.splitlines()[-1]
    )


def versions() -> dict[str, str]:
    """Versions of what the peer is made of."""
    command = [str(_PYTHON), "-c", _VERSIONS]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    return dict(json.loads(told.stdout))


_VERSIONS = """
import json, platform
from importlib.metadata import version
names = ("rasa", "tensorflow", "scikit-learn")
print(json.dumps({"python": platform.python_version(), **{name: version(name) for name in names}}))
"""


def _make_environment() -> None:
    subprocess.run(
        [os.environ.get("UV", "uv"), "sync", "--frozen", "--quiet", "--project", str(_SOURCE)],
        env={**os.environ, "UV_PROJECT_ENVIRONMENT": str(_ENVIRONMENT)},
        check=True,
    )


def _make_project() -> None:
    for part in _PARTS:
        shutil.rmtree(PROJECT / part, ignore_errors=True)
    (PROJECT / "domain").mkdir(parents=True)
    for name in _PARTS[:3]:
        shutil.copy(_SOURCE / name, PROJECT)
    for name in ("nlu", "rules", "stories"):
        shutil.copytree(ROOT / "data" / name, PROJECT / "data" / name)
    shutil.copy(ROOT / "domain.yml", PROJECT / "domain")
    subprocess.run(
        [
            str(dialogue_python()),
            "-W",
            "ignore",
            str(_SOURCE / "replies.py"),
            str(PROJECT / "domain" / "replies.yml"),
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        check=True,
    )


def _hash() -> str:
    digest = hashlib.sha256((_SOURCE / "uv.lock").read_bytes())
    for part in _PARTS:
        path = PROJECT / part
        for file in sorted(path.rglob("*.yml")) if path.is_dir() else [path]:
            digest.update(f"{file.relative_to(PROJECT)}\n".encode() + file.read_bytes())
    return digest.hexdigest()


def _train() -> dict[str, float]:
    shutil.rmtree(PROJECT / "models", ignore_errors=True)
    log = PROJECT / "train.log"
    words = ("train", "--domain", "domain", "--data", "data", "--fixed-model-name", "stock")
    began = time.monotonic()
    with log.open("wb") as output:
        subprocess.run(
            rasa(*words),
            cwd=PROJECT,
            env={**os.environ, **QUIET, "RASA_CACHE_DIRECTORY": str(PROJECT / "cache")},
            stdout=output,
            stderr=output,
            check=True,
        )
    whole, epochs = time.monotonic() - began, _epochs(log.read_text(errors="replace"))
    default = whole + epochs * (_DEFAULT_EPOCHS - 1)
    return {"one_epoch_s": whole, "epochs_s": epochs, "default_s": default}


def _epochs(log: str) -> float:
    """Seconds that the models' single epochs took together; the bar's last line counts."""
    took = 0.0
    for component in log.split("Starting to train component"):
        for hours, minutes, seconds in _EPOCH.findall(component)[-1:]:
            took += int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    return took
