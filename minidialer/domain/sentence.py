"""Sentences for people: a template and its values, so that a front-end can say them in the reader's language.

Templates are the msgids of the gettext catalogues; the English text is the template itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence. `values` fill the template's `{names}`; they are data and are never translated."""

    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template.format(**self.values)


def sentence(template: str, **values: object) -> Sentence:
    """A sentence, marked for extraction."""
    return Sentence(template, values)


class RefusedError(ValueError):
    """Something asked for cannot be done; `sentence` says what is wrong and what to do."""

    def __init__(self, template: str, **values: object) -> None:
        self.sentence = Sentence(template, values)
        super().__init__(template, values)

    def __str__(self) -> str:
        return str(self.sentence)
