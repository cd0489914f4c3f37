"""What a translation is asked for, and what it gives back."""

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wish:
    """A text that somebody reads in another language. `names` stay as written."""

    text: str
    source: str
    target: str
    names: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The hash of all that the translation depends on."""
        told = "\0".join([self.source, self.target, *sorted(self.names), "", self.text])
        return hashlib.sha256(told.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Translation:
    """A text for the reader, and where it comes from.

    `automatic` says that at least a part of `text` was made by a model, which the reader must be
    told; without it `text` is `original`.
    """

    text: str
    automatic: bool
    original: str

    @classmethod
    def none(cls, original: str) -> "Translation":
        """Not translated: the original is shown."""
        return cls(original, automatic=False, original=original)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, as written and as shown; `fault` says why it was left as written."""

    original: str
    text: str
    fault: str | None = None
