"""Shared by all of the dialogue: its folders, and the properties it sets on messages."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("TAWJIH_HOME") or ROOT / "var")
MODELS = HOME / "models"

# Properties that our components set on a Rasa message.
LANGUAGE = "language"
VARIETY = "variety"
