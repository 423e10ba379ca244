"""Nothing that is said is left out of the catalogues."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import minidialer
from minidialer.domain.sentence import RefusedError

ROOT = Path(__file__).parents[2]


def refusals(kind: type[RefusedError] = RefusedError) -> Iterator[type[RefusedError]]:
    for sub in kind.__subclasses__():
        yield sub
        yield from refusals(sub)


def test_every_refusal_is_extracted() -> None:
    for module in pkgutil.walk_packages(minidialer.__path__, "minidialer."):
        if not module.name.endswith("__main__") and ".migrations" not in module.name:
            importlib.import_module(module.name)
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "minidialer").rglob("*.py"))
    said = re.search(r"^KEYWORDS := (?:.*\\\n)*.*$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert said is not None
    extracted = set(re.findall(r"-k (\w+)", said[0]))
    speaking = {kind.__name__ for kind in refusals() if re.search(rf'\b{kind.__name__}\(\s*"', sources)}
    assert speaking - extracted == set()
    assert len(speaking) > 10
