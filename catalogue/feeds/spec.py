r"""How a feed's YAML says which field of a row becomes which field of a listing.

    title: intitule                          that field
    place: [city, region]                    the first of them that holds something
    summary: {join: [description, profile]}  all that hold something, a blank line between
    salary: {text: "{min}-{max} {currency}"} words with fields in them; nothing when one is empty
    place: {from: town, match: '^\d+ (.+)$'} what the brackets of a pattern catch
    contract: {from: type, words: {CDI: permanent}}
    topics: {from: tags, split: ","}         a list
    occupation_code: {from: rome, table: rome}
    country: {always: FR}                    the same for every row
    title: {fr: intitule_fr, ar: intitule_ar}   by language

A list of such specs gives the first that holds something. Every field that a spec names counts as
read, whichever of them is taken.
"""

import re
import string
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from catalogue.listing_in import LANGUAGES, ListingIn

LISTING_FIELDS = frozenset(ListingIn.model_fields)
TEXTS = ("title", "summary", "apply", "date_text", "hosts", "audience")
_FORMATTER = string.Formatter()


class Spec(BaseModel):
    """One way to a value. Exactly one of the first six says where it comes from."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    path: Annotated[str, StringConstraints(min_length=1)] | None = Field(None, alias="from")
    first: list["Spec"] | None = None
    join: list["Spec"] | None = None
    text: str | None = None
    always: str | None = None
    languages: dict[str, "Spec"] | None = None
    with_: str = Field("\n\n", alias="with")
    match: str | None = None
    words: dict[str, str] | None = None
    split: str | None = None
    table: str | None = Field(None, pattern="^rome$")

    @model_validator(mode="before")
    @classmethod
    def _short(cls, told: Any) -> Any:  # noqa: ANN401 - whatever the file holds
        if isinstance(told, str):
            return {"from": told}
        if isinstance(told, list):
            return {"first": told}
        if isinstance(told, dict) and told and set(told) <= set(LANGUAGES):
            return {"languages": told}
        return told

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        given = [self.path, self.first, self.join, self.text, self.always, self.languages]
        if sum(one is not None for one in given) != 1:
            raise ValueError("one of from, [..], join, text, always, or languages")
        if self.match is not None and re.compile(self.match).groups != 1:
            raise ValueError("match: a pattern with one pair of brackets")
        return self

    @property
    def gaps(self) -> list[str]:
        """The fields that `text` has gaps for."""
        return [name for _, name, _, _ in _FORMATTER.parse(self.text or "") if name]

    def paths(self) -> set[str]:
        """Every field that it reads."""
        inner = [*(self.first or []), *(self.join or []), *(self.languages or {}).values()]
        own = {self.path} if self.path else set()
        return own | set(self.gaps) | {path for one in inner for path in one.paths()}


def as_specs(mapping: Any) -> Any:  # noqa: ANN401 - whatever the file holds
    """The mapping of a YAML file; keys that it leaves empty are left out."""
    if not isinstance(mapping, dict):
        return mapping
    return {key: spec for key, spec in mapping.items() if spec is not None}
