import os
import shutil
import stat

import pytest

import settings as settings_module
from catalogue.vocabulary import load_vocabulary
from settings import Settings
from store import engine
from store.migrate import upgrade
from tawjih import feeds, prepare
from tests.stack import free_port


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A deployment of its own: its folder, its database, its ports, and no other's settings."""
    for name in [name for name in os.environ if name.lower() in Settings.model_fields]:
        monkeypatch.delenv(name)
    monkeypatch.setitem(Settings.model_config, "env_file", None)
    monkeypatch.setenv("TAWJIH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PORT", str(free_port()))  # 8000 may be somebody's
    settings_module.get_settings.cache_clear()
    engine.get_database.cache_clear()
    (tmp_path / "home").mkdir()
    yield tmp_path / "home"
    engine.get_database().close()
    settings_module.get_settings.cache_clear()
    engine.get_database.cache_clear()


@pytest.fixture(scope="session")
def loaded(tmp_path_factory, vocabulary_folder):
    """A database with the tests' vocabulary, to copy."""
    path = tmp_path_factory.mktemp("loaded") / "tawjih.db"
    database = engine.Database(f"sqlite:///{path}")
    upgrade(database)
    load_vocabulary(database, vocabulary_folder)
    database.close()
    return path


@pytest.fixture
def catalogue(home, loaded, vocabulary_folder, monkeypatch):
    """The deployment's database with the tests' vocabulary, which the commands keep."""
    shutil.copy(loaded, home / "tawjih.db")
    for module in (feeds, prepare):
        real = module.load_vocabulary
        monkeypatch.setattr(
            module, "load_vocabulary", lambda database, real=real: real(database, vocabulary_folder)
        )
    return engine.get_database()


@pytest.fixture
def dialogue_python(tmp_path, monkeypatch):
    """Puts a small script in the place of the dialogue's Python."""

    def script(body):
        path = tmp_path / "python"
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("DIALOGUE_PYTHON", str(path))
        return path

    return script
