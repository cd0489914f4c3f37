"""Shared by the components: a message's property names and how a component keeps its files."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("TAWJIH_HOME") or ROOT / "var")
MODELS = HOME / "models"

# Properties that our components set on a Rasa message.
LANGUAGE = "language"
VARIETY = "variety"
TOKENS = "tawjih_tokens"
