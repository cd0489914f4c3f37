import pytest

from languages.translation.packages import Packages


def test_routes(installed_home):
    packages = Packages(installed_home)
    through = {pair: [one.target for one in packages.route(*pair)] for pair in packages.pairs()}
    assert through == {
        ("ar", "en"): ["en"],
        ("ar", "fr"): ["en", "fr"],
        ("en", "ar"): ["ar"],
        ("en", "fr"): ["fr"],
        ("fr", "ar"): ["en", "ar"],
        ("fr", "en"): ["en"],
    }


@pytest.mark.parametrize("pair", [("fr", "fr"), ("de", "fr"), ("fr", "de"), ("", "")])
def test_no_way(installed_home, pair):
    assert Packages(installed_home).route(*pair) == []


def test_without_a_folder(tmp_path):
    packages = Packages(tmp_path / "none")
    assert packages.pairs() == []
    assert packages.installed() == {}
    assert not (tmp_path / "none").exists()
