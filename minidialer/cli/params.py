"""Parameters of a method from what was typed: mistakes are told the way the daemon tells them."""

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from minidialer.control.explain import explained
from minidialer.control.method import Method

P = TypeVar("P", bound=BaseModel)
R = TypeVar("R", bound=BaseModel)


def given(method: Method[P, R], **values: Any) -> P:
    """The method's parameters; None was not typed. Raises ControlError."""
    typed = {name: value for name, value in values.items() if value is not None}
    try:
        return method.params.model_validate(typed)
    except ValidationError as error:
        raise explained(error, method.params.model_fields) from None
