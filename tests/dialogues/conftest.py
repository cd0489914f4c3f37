from collections.abc import Iterator

import pytest

from settings import get_settings
from tests.stack import Stack, running


@pytest.fixture(scope="session")
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack that may be broken, and is whole again at the end of each test."""
    with running(tmp_path_factory.mktemp("outage"), get_settings().tawjih_home / "models") as made:
        yield made
