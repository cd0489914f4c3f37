"""The catalogue: listings with full text, occupations, places.

Revision: 0001, the first
"""

import sqlalchemy as sa
from alembic import op

from store.base import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _listing()
    _occupations()
    _places()
    op.create_table(
        "loaded_file",
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("loaded_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_loaded_file"),
    )
    for statement in _FULL_TEXT[op.get_bind().dialect.name]:
        op.execute(sa.text(statement))


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE fts_listing")
    for table in (
        "loaded_file",
        "place_name",
        "place",
        "occupation_name",
        "occupation",
        "listing",
    ):
        op.drop_table(table)


def _listing() -> None:
    op.create_table(
        "listing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("source_id", sa.String(255), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("organisation", sa.String(255), nullable=True),
        sa.Column("occupation_code", sa.String(32), nullable=True),
        sa.Column("isco", sa.String(4), nullable=True),
        sa.Column("place_id", sa.String(96), nullable=True),
        sa.Column("place_text", sa.String(255), nullable=True),
        sa.Column("country", sa.String(2), nullable=True),
        sa.Column("online", sa.Boolean(), nullable=False),
        sa.Column("contract", sa.String(16), nullable=True),
        sa.Column("no_experience", sa.Boolean(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("salary", sa.String(255), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("date_text", sa.JSON(), nullable=False),
        sa.Column("to_be_confirmed", sa.JSON(), nullable=False),
        sa.Column("hosts", sa.JSON(), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("apply", sa.JSON(), nullable=False),
        sa.Column("posted_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("visible_until", UtcDateTime(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("stems", sa.Text(), nullable=False),
        sa.Column("facets", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_listing"),
        sa.UniqueConstraint("source", "source_id", name="uq_listing_source_source_id"),
    )
    fresh = ["posted_at", "visible_until", "contract"]
    for name, columns in (
        ("place_isco", ["kind", "place_id", "isco", *fresh, "occupation_code"]),
        ("place", ["kind", "place_id", *fresh]),
        ("country_isco", ["kind", "country", "isco", *fresh, "occupation_code"]),
        ("country", ["kind", "country", *fresh]),
        ("isco", ["kind", "isco", *fresh, "occupation_code"]),
        ("online", ["kind", "online", *fresh]),
        ("fresh", ["kind", *fresh]),
        ("starts", ["kind", "starts_on"]),
    ):
        op.create_index(f"ix_listing_{name}", "listing", columns)


def _occupations() -> None:
    op.create_table(
        "occupation",
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("isco", sa.String(255), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("green_share", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_occupation"),
    )
    op.create_table(
        "occupation_name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("stem_key", sa.String(255), nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_occupation_name"),
    )
    for column in ("name", "stem_key", "code"):
        op.create_index(f"ix_occupation_name_{column}", "occupation_name", [column])


def _places() -> None:
    op.create_table(
        "place",
        sa.Column("id", sa.String(96), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_place"),
    )
    op.create_index("ix_place_where", "place", ["latitude", "longitude"])
    op.create_table(
        "place_name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("sound", sa.String(255), nullable=False),
        sa.Column("place_id", sa.String(96), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_place_name"),
    )
    for column in ("name", "sound", "place_id"):
        op.create_index(f"ix_place_name_{column}", "place_name", [column])


_FULL_TEXT = {
    # The index holds no text of its own; triggers keep it in step with every kind of write.
    "sqlite": (
        """CREATE VIRTUAL TABLE fts_listing USING fts5(
            stems, facets, content='listing', content_rowid='id',
            tokenize="unicode61 remove_diacritics 0 tokenchars ':/-_'")""",
        """CREATE TRIGGER listing_fts_insert AFTER INSERT ON listing BEGIN
            INSERT INTO fts_listing(rowid, stems, facets)
            VALUES (new.id, new.stems, new.facets); END""",
        """CREATE TRIGGER listing_fts_delete AFTER DELETE ON listing BEGIN
            INSERT INTO fts_listing(fts_listing, rowid, stems, facets)
            VALUES ('delete', old.id, old.stems, old.facets); END""",
        """CREATE TRIGGER listing_fts_update AFTER UPDATE OF stems, facets ON listing BEGIN
            INSERT INTO fts_listing(fts_listing, rowid, stems, facets)
            VALUES ('delete', old.id, old.stems, old.facets);
            INSERT INTO fts_listing(rowid, stems, facets)
            VALUES (new.id, new.stems, new.facets); END""",
    ),
    # Lexemes straight from our own tokens: no parser and no dictionary comes between.
    "postgresql": (
        """ALTER TABLE listing ADD COLUMN fts_tokens tsvector GENERATED ALWAYS AS (
            array_to_tsvector(string_to_array(stems, ' ') || string_to_array(facets, ' ')))
            STORED""",
        "CREATE INDEX ix_listing_fts_tokens ON listing USING gin (fts_tokens)",
    ),
}
