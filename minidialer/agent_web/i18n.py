"""The reader's language, request by request: the agent's own, else the first the browser asks for that we have."""

import gettext
from collections.abc import Callable
from datetime import datetime
from functools import cache

from minidialer.domain.sentence import Sentence
from minidialer.i18n import LANGUAGES, LOCALE, said_values

_DATES = {"pl": "%d.%m.%Y", "en": "%Y-%m-%d"}


class Words:
    """Says things in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        known = gettext.translation("minidialer", LOCALE, languages=[language], fallback=True)
        self.ngettext: Callable[[str, str, int], str] = known.ngettext
        self._gettext = known.gettext

    def gettext(self, text: str) -> str:
        """The text in this language; gettext itself would answer "" with the catalogue's header."""
        return self._gettext(text) if text else ""

    def say(self, sentence: Sentence) -> str:
        """A sentence in this language; sentences among its values too."""
        return self.gettext(sentence.template).format(**said_values(sentence, self.say, self.language))

    def plural(self, singular: str, plural: str, number: int) -> str:
        """The form that goes with `number`, which stands for {count}."""
        return self.ngettext(singular, plural, number).format(count=number)

    def moment(self, local: datetime) -> str:
        """Date and time as people write them."""
        return local.strftime(f"{_DATES[self.language]} %H:%M")


@cache
def words(language: str) -> Words:
    """The words of one of LANGUAGES."""
    return Words(language)


def preferred(accept_language: str) -> str:
    """The language of an Accept-Language header; what we do not have counts as English."""
    best, weight = "en", 0.0
    for part in accept_language[:500].split(","):
        name, _, rest = part.strip().partition(";")
        language = name.split("-")[0].strip().lower()
        quality = _quality(rest)
        if language in LANGUAGES and quality > weight:
            best, weight = language, quality
    return best


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
