from collections.abc import Iterator

import pytest

from settings import get_settings
from tests.stack import Stack, running


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Rasa, actions and edge with the demonstration loaded, one for the whole run."""
    with running(tmp_path_factory.mktemp("stack"), get_settings().tawjih_home / "models") as made:
        yield made
