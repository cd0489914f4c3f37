"""Automatic translation on this machine: Argos models, checked, or else the original.

`Translator` (translator.py) is the synchronous core, `TranslationProcess` (process.py) the same in
a process of its own for asynchronous callers, `cache` what was translated before. How it hangs
together: docs/translation.md.
"""

from languages.translation.result import Translation

__all__ = ["Translation"]
