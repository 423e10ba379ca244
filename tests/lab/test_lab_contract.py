"""docs/call-flow.md and the dialplan name the same contexts."""

from __future__ import annotations

import re
from pathlib import Path

from minidialer.lab.conf import production_folder

DOCUMENT = Path(__file__).parents[2] / "docs" / "call-flow.md"


def test_every_documented_context_exists_and_every_variable_is_used() -> None:
    document = DOCUMENT.read_text()
    dialplan = (production_folder() / "extensions.conf").read_text()
    contexts = set(re.findall(r"^\| `(minidialer-[a-z-]+)", document, re.MULTILINE))
    variables = set(re.findall(r"^\| `(MD_[A-Z_]+)`", document, re.MULTILINE))
    events = set(re.findall(r"`(Minidialer[A-Z]\w+)`", document))
    assert len(contexts) >= 7
    assert contexts <= set(re.findall(r"^\[(.+)\]$", dialplan, re.MULTILINE))
    assert len(variables) == 8
    assert variables <= set(re.findall(r"\$\{(MD_[A-Z_]+)\}", dialplan))
    assert events == set(re.findall(r"UserEvent\((\w+)\)", dialplan))
