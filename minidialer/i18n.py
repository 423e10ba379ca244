"""Translation by gettext: one language for the process, English wherever a catalogue has no answer.

The msgids are the English texts; `N_` and `sentence` mark texts that are translated later, where they are shown.
"""

import gettext as _gettext
import os
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

from minidialer.domain.sentence import Sentence

LANGUAGES = ("en", "pl")
LOCALE = Path(__file__).parent / "locale"
_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
_catalogue: list[_gettext.NullTranslations] = [_gettext.NullTranslations()]
_spoken = ["en"]
_COMMA = ("pl",)  # languages that write 2,5


def set_language(language: str) -> None:
    """Speak this language from now on."""
    _spoken[0] = language
    _catalogue[0] = _known(language)


def translator(language: str) -> Callable[[str], str]:
    """Translates into this language, whichever is spoken."""
    return _known(language).gettext


def _known(language: str) -> _gettext.NullTranslations:
    return _gettext.translation("minidialer", LOCALE, languages=[language], fallback=True)


def language() -> str:
    """The language spoken now."""
    return _spoken[0]


def choose_language(given: str | None, setting: str, environ: Mapping[str, str] = os.environ) -> str:
    """The language asked for, else the setting's, else the environment's, else English."""
    if given:
        return given
    if setting:
        return setting
    located = next((environ[name] for name in _VARIABLES if environ.get(name)), "")
    language = located.split("_")[0].split(".")[0].lower()
    return language if language in LANGUAGES else "en"


def language_setting(config: Path | None, environ: Mapping[str, str] = os.environ) -> str:
    """The `language` of the configuration, read without judging the rest of it: help must work with a broken file."""
    if environ.get("MINIDIALER_LANGUAGE"):
        return environ["MINIDIALER_LANGUAGE"]
    path = config or Path(environ.get("MINIDIALER_CONFIG") or "/etc/minidialer/config.toml")
    try:
        language = tomllib.loads(path.read_text(encoding="utf-8")).get("language", "")
    except (OSError, ValueError):
        return ""
    return language if language in LANGUAGES else ""


def _(text: str) -> str:
    """The text in the reader's language."""
    return _catalogue[0].gettext(text) if text else ""


def ngettext(singular: str, plural: str, count: int) -> str:
    """The form of a text that goes with this count."""
    return _catalogue[0].ngettext(singular, plural, count)


def N_(text: str) -> str:  # noqa: N802  # gettext's own name for it
    """Mark a text for extraction; it is translated where it is shown."""
    return text


def say(sentence: Sentence) -> str:
    """A sentence of the domain in the reader's language; sentences among its values too."""
    return _(sentence.template).format(**said_values(sentence, say, language()))


def said_values(sentence: Sentence, say: Callable[[Sentence], str], language: str) -> dict[str, object]:
    """The values of a sentence as a reader of this language takes them. `say`: for the sentences among them."""
    return {name: _said(value, say, language) for name, value in sentence.values.items()}


def _said(value: object, say: Callable[[Sentence], str], language: str) -> object:
    if isinstance(value, Sentence):
        return say(value)
    return _Decimal(value, language) if isinstance(value, float) else value


def decimal(number: float, form: str = "", language: str | None = None) -> str:
    """A number as the reader writes it, with a point or a comma. `form`: of `format`. Never for programs to read."""
    text = format(float(number), form)
    return text.replace(".", ",") if (language or _spoken[0]) in _COMMA else text


class _Decimal(float):
    """A value of a sentence, whose template says the form."""

    def __new__(cls, number: float, language: str) -> "_Decimal":
        made = super().__new__(cls, number)
        made._language = language
        return made

    _language: str

    def __format__(self, form: str) -> str:
        return decimal(self, form, self._language)
