import shutil

import pytest

from languages.translation.install import install
from languages.translation.packages import Packages
from languages.translation.translator import Translator
from tests.languages.translation.make_argos import FOLDER


@pytest.fixture(scope="session")
def installed_home(tmp_path_factory):
    """A folder with the four committed packages installed, shared: for tests that only read."""
    packages = Packages(tmp_path_factory.mktemp("translation"))
    for path in sorted(FOLDER.glob("*.argosmodel")):
        install(path, packages, known=None)
    return packages.home


@pytest.fixture
def home(installed_home, tmp_path):
    """The same, for this test alone."""
    shutil.copytree(installed_home, tmp_path / "translation")
    return tmp_path / "translation"


@pytest.fixture(scope="session")
def translator(installed_home):
    return Translator(Packages(installed_home))
