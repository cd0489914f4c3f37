import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from errors import SettingsError
from settings import ROOT, Settings

NAMES = {name.upper() for name in Settings.model_fields}


@pytest.fixture(autouse=True)
def clean(monkeypatch):
    """No setting of the machine that runs the tests."""
    for name in [name for name in os.environ if name.upper() in NAMES]:
        monkeypatch.delenv(name)
    monkeypatch.setitem(Settings.model_config, "env_file", None)


@pytest.fixture
def load(monkeypatch):
    def with_environment(**given):
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        return Settings.load()

    return with_environment


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "eight thousand"),
        ("PORT", "80.5"),
        ("RASA_PORT", "-1"),
        ("ACTIONS_PORT", "http"),
        ("DIALOGUE_TIMEOUT", "0"),
        ("DIALOGUE_TIMEOUT", "121"),
        ("DIALOGUE_TIMEOUT", "soon"),
        ("LOG_FORMAT", "xml"),
        ("LOG_LEVEL", "info"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_a_wrong_value_names_its_setting(load, name, value):
    with pytest.raises(SettingsError, match=rf"^{name}: "):
        load(**{name: value})


def test_every_wrong_value_is_named(load):
    with pytest.raises(SettingsError) as told:
        load(PORT="0", LOG_LEVEL="LOUD")
    assert {part.split(":")[0] for part in str(told.value).split("; ")} == {"PORT", "LOG_LEVEL"}


def test_a_wrong_value_is_not_printed_where_it_may_be_a_secret(load):
    with pytest.raises(SettingsError) as told:
        load(PORT="hunter2")
    assert "hunter2" not in str(told.value)


def test_empty_values_fall_back(load):
    assert load(**dict.fromkeys(NAMES, "")).model_dump() == Settings.load().model_dump()
    assert (load().port, load().log_level) == (8000, "INFO")


def test_what_is_not_set_follows_the_rest(load):
    settings = load(TAWJIH_HOME="/srv/state", RASA_PORT="1234", ACTIONS_PORT="1235")
    assert settings.database == "sqlite:////srv/state/tawjih.db"
    assert settings.dialogue == "http://127.0.0.1:1234"
    assert settings.actions == "http://127.0.0.1:1235"


def test_what_is_set_wins_and_loses_its_last_slash(load):
    settings = load(
        RASA_URL="http://rasa:5005/", ACTIONS_URL="http://act/", DATABASE_URL="sqlite://"
    )
    assert settings.dialogue == "http://rasa:5005"
    assert settings.actions == "http://act"
    assert settings.database == "sqlite://"


@pytest.mark.parametrize("name", ["TAWJIH_HOME", "PROFILE"])
def test_a_path_counts_from_the_project(load, name):
    settings = load(**{name: "some/where"})
    assert getattr(settings, name.lower()) == ROOT / "some/where"


def test_a_setting_of_another_programme_is_no_error(load):
    assert load(PORTABLE="yes", TAWJIH_UNKNOWN="1").port == 8000


def test_a_file_of_settings_is_read_and_the_environment_goes_first(load, tmp_path, monkeypatch):
    file = tmp_path / ".env"
    file.write_text("PORT=9001\nRASA_PORT=9002\n")
    monkeypatch.setitem(Settings.model_config, "env_file", file)
    assert (load(PORT="9003").port, load().rasa_port) == (9003, 9002)


def test_settings_do_not_change(load):
    with pytest.raises(ValueError, match="frozen"):
        load().port = 9000


def test_secrets_do_not_print_themselves(load):
    settings = load(DIALOGUE_SECRET="hunter2", REST_TOKEN="hunter3")
    assert "hunter" not in repr(settings)
    assert settings.secret == "hunter2"


def test_the_secret_is_made_once_for_all_and_for_nobody_else(load, tmp_path):
    home = str(tmp_path / "new/var")
    starting = [load(TAWJIH_HOME=home) for _ in range(24)]
    with ThreadPoolExecutor(24) as pool:
        secrets = set(pool.map(lambda settings: settings.secret, starting))
    assert len(secrets) == 1
    assert len(secrets.pop()) >= 32
    (file,) = (tmp_path / "new/var").iterdir()  # nothing half made is left beside it
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert load(TAWJIH_HOME=home).secret == file.read_text().strip()


def test_two_deployments_have_two_secrets(load, tmp_path):
    one, other = (load(TAWJIH_HOME=str(tmp_path / name)).secret for name in "ab")
    assert one != other


def test_every_setting_is_explained_in_the_example():
    told = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert {name for name in NAMES if f"{name}=" not in told} == set()
