"""What the edge itself says to people, and in which languages."""

from collections.abc import Mapping

from bot.messages import Body
from languages.profile import Profile, read_profile
from languages.registry import get_languages
from languages.replies import FOLDER, Replies
from settings import Settings


class Speech:
    """The few replies that come from the edge, by key and language."""

    def __init__(self, settings: Settings) -> None:
        self.profile: Profile = read_profile(settings.profile)
        self.languages = get_languages()
        self._replies = Replies(FOLDER, self.profile)
        self._hours: Mapping[str, str] = {}

    @property
    def default_language(self) -> str:
        """The language of a person about whom nothing is known."""
        return self.profile.default_language

    def known(self, language: str | None) -> str:
        """`language` if we speak it, else the default."""
        return language if language and language in self.languages else self.default_language

    def rtl(self, language: str) -> bool:
        """Whether a language is written from right to left."""
        return language in self.languages and self.languages[language].rtl

    def body(self, key: str, language: str, **words: object) -> Body:
        """The reply `key` as one message, its buttons with it; `words` fill its gaps."""
        reply = self._replies.render(key, language, **words)
        body = self.as_set({"text": reply.text})
        return {**body, "buttons": reply.buttons} if reply.buttons else body

    def keep_hours(self, said: Mapping[str, str]) -> None:
        """From now on tell these hours, by language; none: those of the profile."""
        self._hours = said

    def as_set(self, body: Body) -> Body:
        """A message of whichever part, with the hours that were set where it tells the profile's.

        The dialogue and its actions know the profile alone: what was set since is put in here, on
        the one road that every message takes.
        """
        text = body.get("text")
        if not isinstance(text, str) or not self._hours:
            return body
        for language, said in self._hours.items():
            text = text.replace(self.profile.hours[language], said)
        return {**body, "text": text}

    def greeting(self, language: str) -> Body:
        """The first message that a visitor reads."""
        return self.body("greet", language)
