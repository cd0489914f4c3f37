"""The one entry to Rasa: `python -m dialogue train | run | validate | parse | …`.

Sets what Rasa reads from the environment, puts the stand-in for TensorFlow in place, and only
then imports Rasa. Other words are handed to Rasa's own command line as they are.
"""

import os
import sys
import warnings

from dialogue.components import HOME, MODELS, ROOT
from dialogue.without_tensorflow import install

DATA = ["data/nlu", "data/rules", "data/stories"]


def main(words: list[str]) -> None:
    """Run a command."""
    os.chdir(ROOT)
    _environment(words[0] if words else "")
    # Hundreds of deprecations of Rasa's own, sealed in here; its libraries undo a filter.
    warnings.showwarning = lambda *_, **__: None
    install()
    command, rest = (words[0], words[1:]) if words else ("--help", [])
    if command == "parse":
        from dialogue.parse import main as parse  # noqa: PLC0415 - after the stand-in

        parse()
        return
    if command == "crossvalidate":
        from dialogue.crossvalidation import main as crossvalidate  # noqa: PLC0415

        crossvalidate(rest)
        return
    sys.argv = ["rasa", *_rasa_arguments(command, rest)]
    if command == "run":
        from rasa import server  # noqa: PLC0415

        # Other origins may not ask, and no browser does: nothing is looked up for them each time.
        server.configure_cors = lambda *_, **__: None
    from rasa.__main__ import main as rasa  # noqa: PLC0415

    rasa()


def _rasa_arguments(command: str, rest: list[str]) -> list[str]:
    port = os.environ.get("RASA_PORT") or "5005"
    host = os.environ.get("RASA_HOST") or "127.0.0.1"
    prepared = {
        "train": ["train", "--data", *DATA, "--out", str(MODELS), "--fixed-model-name", "tawjih"],
        "validate": ["data", "validate", "--data", *DATA, "--fail-on-warnings"],
        "test": ["test", "--model", str(MODELS), "--out", str(HOME / "results")],
        "run": ["run", "--model", str(MODELS), "--interface", host, "--port", port],
    }
    return [*prepared.get(command, [command]), *rest]


def _environment(command: str = "") -> None:
    defaults = {
        "ACTIONS_URL": f"http://127.0.0.1:{os.environ.get('ACTIONS_PORT') or '5055'}",
        "DIALOGUE_DB": str(HOME / "dialogue.db"),
        "DIALOGUE_SECRET": _secret(),
        "RASA_TELEMETRY_ENABLED": "false",
        "RASA_CACHE_DIRECTORY": str(HOME / "rasa-cache"),
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "PYTHONWARNINGS": "ignore",
        "TQDM_DISABLE": "1",
    }
    if command in ("run", "parse"):
        # A message's sums are small: a second thread waits for its part by spinning on a core.
        defaults["OPENBLAS_NUM_THREADS"] = "1"
    for name, value in defaults.items():
        if not os.environ.get(name):
            os.environ[name] = value


def _secret() -> str:
    # Made by whoever of the deployment starts first; see settings.py.
    path = HOME / "dialogue.secret"
    return path.read_text(encoding="ascii").strip() if path.exists() else ""


if __name__ == "__main__":
    main(sys.argv[1:])
