"""The two that are compared: our search, and Tantivy with the stemmers of the three languages."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, Protocol

from bench.relevance.corpus import Document, Query
from catalogue.listing_import import import_listings
from catalogue.request import SearchRequest
from catalogue.search import search
from catalogue.vocabulary import load_vocabulary
from store import migrate
from store.engine import Database

TODAY = date(2026, 3, 10)
_LANGUAGES = {"fr": "french", "en": "english", "ar": "arabic"}


class Engine(Protocol):
    """Something that finds."""

    def find(self, query: Query, most: int) -> list[int]:
        """Numbers of documents, best first."""


class Ours:
    """The catalogue, filled by the importer: occupations are read out of the titles."""

    def __init__(self, database: Database, documents: Sequence[Document]) -> None:
        self._database = database
        migrate.upgrade(database)
        load_vocabulary(database)
        with database.write() as session:
            rows = ((document.number, document.row) for document in documents)
            summary = import_listings(session, "bench", rows, TODAY)
        if summary.rejected:
            raise SystemExit(f"rejected: {summary.rejected[:3]}")

    def find(self, query: Query, most: int) -> list[int]:
        """By one text, as somebody types it; the kind and the country are known to both."""
        request = SearchRequest(
            query.kind,
            text=query.text,
            country=query.country,
            language="ar"
            if query.variety in ("ar", "darija", "arabizi", "mixed")
            else query.variety,
            limit=most,
        )
        with self._database.read() as session:
            result = search(session, request, datetime(2026, 3, 10, 12, tzinfo=UTC))
        return [int(hit.listing.source_id) for hit in result.hits]


class Tantivy:
    """A field a language with its stemmer, words without accents, a letter of difference forgiven.

    Title counts three times, the town twice; the country is preferred, the kind is required.
    """

    def __init__(self, documents: Sequence[Document]) -> None:
        import tantivy  # noqa: PLC0415 - only here, and only for the bench

        self._tantivy: Any = tantivy
        builder = tantivy.SchemaBuilder().add_integer_field("number", stored=True, indexed=True)
        for name in ("kind", "country"):
            builder.add_text_field(name, tokenizer_name="raw")
        for language in _LANGUAGES:
            builder.add_text_field(f"title_{language}", tokenizer_name=language)
            builder.add_text_field(f"text_{language}", tokenizer_name=language)
        builder.add_text_field("town", tokenizer_name="plain")
        self._index = tantivy.Index(builder.build())
        self._register()
        self._fill(documents)

    def _register(self) -> None:
        filters, analysers = self._tantivy.Filter, self._tantivy.TextAnalyzerBuilder
        simple = self._tantivy.Tokenizer.simple()
        for name, language in {**_LANGUAGES, "plain": None}.items():
            made = analysers(simple).filter(filters.lowercase())
            made = (
                made.filter(filters.stopword(language))
                if language in ("french", "english")
                else made
            )
            made = made.filter(filters.stemmer(language)) if language else made
            self._index.register_tokenizer(name, made.filter(filters.ascii_fold()).build())

    def _fill(self, documents: Sequence[Document]) -> None:
        writer = self._index.writer(num_threads=1)
        for document in documents:
            row = document.row
            fields: dict[str, Any] = {
                "number": document.number,
                "kind": document.kind,
                "country": document.country,
                "town": row["place"],
            }
            # A text is analysed as each language: nobody tells the engine which one is asked.
            for language in _LANGUAGES:
                fields[f"title_{language}"] = next(iter(row["title"].values()))
                fields[f"text_{language}"] = next(iter(row.get("summary", {"": ""}).values()))
            writer.add_document(self._tantivy.Document(**fields))
        writer.commit()
        self._index.reload()

    def find(self, query: Query, most: int) -> list[int]:
        """By the same text."""
        tantivy, schema = self._tantivy, self._index.schema
        weights = {f"title_{x}": 3.0 for x in _LANGUAGES} | {f"text_{x}": 1.0 for x in _LANGUAGES}
        weights |= {"town": 2.0}
        asked, _ = self._index.parse_query_lenient(
            query.text,
            default_field_names=list(weights),
            field_boosts=weights,
            fuzzy_fields=dict.fromkeys(weights, (False, 1, True)),
        )
        occur = tantivy.Occur
        kind = tantivy.Query.term_query(schema, "kind", query.kind)
        country = tantivy.Query.term_query(schema, "country", query.country)
        parts = [(occur.Must, asked), (occur.Must, kind), (occur.Should, country)]
        searcher = self._index.searcher()
        found = searcher.search(tantivy.Query.boolean_query(parts), most).hits
        return [searcher.doc(address)["number"][0] for _, address in found]
