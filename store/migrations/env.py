"""Alembic's entry: runs the migrations on the engine that store.migrate hands over.

For `uv run alembic -c store/alembic.ini revision --autogenerate`, the engine comes from the
settings.
"""

from importlib import import_module

from alembic import context

from store.base import Base
from store.engine import get_database

# The rooms that own tables: importing them fills Base.metadata.
for room in (
    "catalogue.models",
    "catalogue.feeds.models",
    "languages.translation.cache",
    "people.models",
    "people.appointment_models",
    "people.followup_models",
    "people.attachment_models",
    "bot.models",
    "bot.handoff.models",
    "bot.desk.models",
    "bot.desk.conversation.once",
    "bot.desk.answers.models",
    "bot.desk.hours.models",
    "bot.desk.quality.models",
):
    import_module(room)

engine = context.config.attributes.get("engine") or get_database().engine
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        transaction_per_migration=True,
        # Full-text indexes are made by hand in the migrations; autogenerate leaves them alone.
        include_name=lambda name, kind, _: kind != "table" or not str(name).startswith("fts_"),
    )
    with context.begin_transaction():
        context.run_migrations()
