import pytest

from languages import formatting, profile


@pytest.fixture
def country_is(monkeypatch):
    """Sets the deployment's country for one test."""
    ours = profile.get_profile()

    def set_to(code):
        other = ours.model_copy(update={"country": code})
        monkeypatch.setattr(formatting, "get_profile", lambda: other)
        formatting.locale_of.cache_clear()

    yield set_to
    formatting.locale_of.cache_clear()
