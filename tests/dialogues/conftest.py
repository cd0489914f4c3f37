from collections.abc import Iterator

import pytest

from settings import get_settings
from tests.stack import Stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Rasa, actions and edge with the demonstration loaded, one for the whole run."""
    made = Stack(tmp_path_factory.mktemp("stack"))
    made.prepare(get_settings().tawjih_home / "models")
    try:
        made.start()
        yield made
    finally:
        made.stop()
