from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from store import migrate
from store.base import Base


def test_the_migrations_make_what_the_models_say(database):
    def ours(_object, name, kind, _reflected, _compared):
        # Full text is made by hand: FTS5 tables, a generated column and its index.
        return not (name or "").startswith(("fts_", "ix_listing_fts_tokens"))

    with database.engine.connect() as connection:
        options = {"include_object": ours, "compare_type": False}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_a_migrated_database_is_current_and_migrating_again_changes_nothing(database):
    assert migrate.is_current(database)
    before = inspect(database.engine).get_table_names()
    migrate.upgrade(database)
    assert inspect(database.engine).get_table_names() == before


def test_all_the_way_back_and_forth(database):
    command.downgrade(migrate._config(database), "base")  # noqa: SLF001
    assert not migrate.is_current(database)
    assert set(inspect(database.engine).get_table_names()) == {"alembic_version"}
    migrate.upgrade(database)
    assert "listing" in inspect(database.engine).get_table_names()
