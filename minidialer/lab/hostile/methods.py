"""Hostile parameters for the methods of the control socket."""

from __future__ import annotations

import random
from typing import Any

from minidialer.control.method import Method

VALUES: list[Any] = [
    None, True, 0, -1, 1, 2**31, 2**63 - 1, 2**63, 1e308, "", " ", "1001", "Wiosna", "Poznań", "x' OR '1'='1",
    "\"; DROP TABLE lead; --", "%", "_", "\\", "a\r\nAction: Command", "${SHELL(id)}", "../../etc/passwd",
    "\x00", "\ud83d",
    "\u202e", "=1+1", "x" * 5000, [], ["1001"], [None], [[]], {}, {"x": 1}, {"": ""}, "2026-03-29T02:30:00+01:00", "-1",
    "+48600100200", "+48700100200", {"max_retries": "x"}, {"calling_window": "mon 9:00-8:00"}, "9999-12-31T23:59:59Z",
]  # fmt: skip
NAMING_NOBODY = [value for value in VALUES if value not in ("1001", ["1001"], 1)]  # nor True, which is 1
"""Those that name nobody and nothing there is: who may use the socket may log an agent out, or undo an import."""


def parameters(dice: random.Random, method: Method[Any, Any], values: list[Any]) -> dict[str, Any]:
    """All that are required and some that are not."""
    fields = method.params.model_fields
    chosen = dice.sample(list(fields), dice.randint(0, len(fields)))
    required = [key for key, field in fields.items() if field.is_required()]
    return {key: dice.choice(values) for key in dict.fromkeys((*chosen, *required))}
