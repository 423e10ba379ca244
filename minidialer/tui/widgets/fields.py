"""Fields of a form, made from a pydantic model: what may be typed, and what the model itself says about it."""

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from minidialer.control.explain import fault
from minidialer.control.sentences import ControlError
from minidialer.control.words import word
from minidialer.i18n import _, say

Options = Sequence[tuple[Any, str]]


@dataclass(frozen=True)
class Field:
    """One field. `label` and `about` are marked by N_; `options`: what there is to choose from, shown as it stands.

    `many`: any number of the options; `lines`: of a longer text; `secret`: not shown as it is typed; `optional`: an
    empty text is None. `show` makes a value the text to edit, `parse` the other way, where the model's own ways
    do not do. `group`: the heading above it and those that follow with the same, marked by N_.
    """

    name: str
    label: str
    about: str = ""
    options: Options | None = None
    many: bool = False
    lines: int = 1
    secret: bool = False
    optional: bool = False
    show: Callable[[Any], str] = lambda value: "" if value is None else str(value)
    parse: Callable[[str], Any] | None = None
    group: str = ""
    adapter: TypeAdapter[Any] = field(default_factory=lambda: TypeAdapter(Any))

    def read(self, entered: object) -> Any:
        """The value as it travels. Raises ControlError with what is wrong, to follow the label."""
        if isinstance(entered, str) and self.options is None:
            if not entered and self.optional:
                return None
            if self.parse is not None:
                entered = self.parse(entered)
        try:
            return self.adapter.dump_python(self.adapter.validate_python(entered), mode="json")
        except ValidationError as error:
            said = fault(error)
            refusal = ControlError(said.template, code="invalid_params")
            refusal.sentence = said
            raise refusal from None

    def fault(self, entered: object) -> str:
        """What is wrong with it in the reader's language; empty: nothing."""
        try:
            self.read(entered)
        except ControlError as error:
            return say(error.sentence)
        return ""


def fields_of(
    model: type[BaseModel],
    labels: Mapping[str, str],
    *,
    abouts: Mapping[str, str] | None = None,
    options: Mapping[str, Options] | None = None,
    lines: Mapping[str, int] | None = None,
    secret: Sequence[str] = (),
    group: str = "",
) -> list[Field]:
    """Fields of a model's attributes, in the order of `labels`; kinds, limits and explanations are the model's own.

    `abouts` replaces explanations; `options` gives those which only the daemon knows (lists, agents).
    """
    made = []
    for name, label in labels.items():
        info = model.model_fields[name]
        kind, optional = _without_none(info.annotation)
        own = options[name] if options and name in options else None
        made.append(
            Field(
                name,
                label,
                about=(abouts or {}).get(name) or info.description or "",
                options=own if own is not None else _options(kind),
                many=get_origin(kind) is list,
                lines=(lines or {}).get(name, 1),
                secret=name in secret,
                optional=optional,
                group=group,
                adapter=_adapter(info),
            )
        )
    return made


def value_fault(model: type[BaseModel], name: str) -> Callable[[str], ControlError | None]:
    """A check of one text by a model's attribute, for `Page.ask`."""
    one = Field(name, "", adapter=_adapter(model.model_fields[name]))

    def check(text: str) -> ControlError | None:
        try:
            one.read(text)
        except ControlError as error:
            return error
        return None

    return check


def _adapter(info: FieldInfo) -> TypeAdapter[Any]:
    kind: Any = info.annotation
    if info.metadata:
        kind = Annotated[(kind, *info.metadata)]
    return TypeAdapter(kind)


def _without_none(annotation: Any) -> tuple[Any, bool]:
    if get_origin(annotation) in {Union, types.UnionType}:
        kinds = [kind for kind in get_args(annotation) if kind is not type(None)]
        return (kinds[0] if len(kinds) == 1 else annotation), len(kinds) < len(get_args(annotation))
    return annotation, False


def _options(kind: Any) -> Options | None:
    if get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if kind is bool:
        return [(True, _("yes")), (False, _("no"))]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return [(item.value, word(item.value)) for item in kind]
    if get_origin(kind) is Literal:
        return [(item, word(item) or _("none")) for item in get_args(kind)]
    if get_origin(kind) is list:
        return _options(get_args(kind)[0]) or []
    return None
