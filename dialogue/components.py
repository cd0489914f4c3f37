"""Shared by the components: a message's property names and how a component keeps its files."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Properties that our components set on a Rasa message.
LANGUAGE = "language"
VARIETY = "variety"
TOKENS = "tawjih_tokens"
