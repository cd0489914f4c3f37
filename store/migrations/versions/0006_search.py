"""Indexes of the search at a million listings.

They hold all that a search checks and ranks by: a row is read for the page alone.

Revision: 0006, after 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_FRESH = ["posted_at", "visible_until", "contract", "occupation_code", "language"]
_WHERE = ["country", "online"]
_NEW = {
    "place_isco": ["kind", "place_id", "isco", *_FRESH, *_WHERE],
    "place": ["kind", "place_id", *_FRESH, "isco", *_WHERE],
    "country_isco": ["kind", "country", "isco", *_FRESH, "online", "place_id"],
    "country": ["kind", "country", *_FRESH, "isco", "online", "place_id"],
    "isco": ["kind", "isco", *_FRESH, *_WHERE, "place_id"],
    "fresh": ["kind", *_FRESH, "isco", *_WHERE, "place_id"],
    "online": ["kind", *_FRESH, "isco", "country", "place_id"],
    "starts": ["kind", "visible_until", "starts_on"],
}
_OLD_FRESH = ["posted_at", "visible_until", "contract"]
_OLD = {
    "place_isco": ["kind", "place_id", "isco", *_OLD_FRESH, "occupation_code"],
    "place": ["kind", "place_id", *_OLD_FRESH],
    "country_isco": ["kind", "country", "isco", *_OLD_FRESH, "occupation_code"],
    "country": ["kind", "country", *_OLD_FRESH],
    "isco": ["kind", "isco", *_OLD_FRESH, "occupation_code"],
    "online": ["kind", "online", *_OLD_FRESH],
    "fresh": ["kind", *_OLD_FRESH],
    "starts": ["kind", "starts_on"],
}


# Which listing holds a token is all that is asked: without the places of words in it, the index is
# a third of the size and as much faster. No token of a facet is a word (K:offer, P:MA/casablanca).
_LEAN = ", detail=none, columnsize=0"

# Most listings are offers: trainings and events in an index of their own have short lists of who
# holds a word. catalogue/statements.py says the same condition.
_TAUGHT = "ix_listing_fts_tokens_taught"
_NO_OFFER = "kind <> 'offer'"


# Kind and place were two tokens of a listing and are one: "K:offer C:MA" became "K:offer offer:MA".
_ONE = "replace(replace(facets, ' C:', ' ' || kind || ':'), ' P:', ' ' || kind || ':')"
_COUNTRY_APART = "replace(facets, ' ' || kind || ':' || country, ' C:' || country)"
_TOWN_APART = "replace(facets, ' ' || kind || ':' || place_id, ' P:' || place_id)"


def upgrade() -> None:
    _replace(_NEW, online="online", held=["id"])
    op.execute(f"UPDATE listing SET facets = {_ONE}")  # noqa: S608 - our own columns
    _full_text(_LEAN)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"CREATE INDEX {_TAUGHT} ON listing USING gin (fts_tokens) WHERE {_NO_OFFER}")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP INDEX {_TAUGHT}")
    _replace(_OLD, online=None, held=[])
    for column, apart in (("place_id", _TOWN_APART), ("country", _COUNTRY_APART)):
        op.execute(f"UPDATE listing SET facets = {apart} WHERE {column} IS NOT NULL")  # noqa: S608
    _full_text("")


def _full_text(options: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE fts_listing")
        tokens = """"unicode61 remove_diacritics 0 tokenchars ':/-_'" """
        op.execute(
            f"""CREATE VIRTUAL TABLE fts_listing USING fts5(
            stems, facets, content='listing', content_rowid='id', tokenize={tokens}{options})"""
        )
        op.execute("INSERT INTO fts_listing(fts_listing) VALUES ('rebuild')")


def _replace(indexes: dict[str, list[str]], *, online: str | None, held: list[str]) -> None:
    for name, columns in indexes.items():
        op.drop_index(f"ix_listing_{name}", "listing")
        where = sa.text(online) if name == "online" and online else None
        op.create_index(
            f"ix_listing_{name}",
            "listing",
            columns,
            postgresql_include=[] if name == "starts" else held,
            sqlite_where=where,
            postgresql_where=where,
        )
