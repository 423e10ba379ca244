"""The audit of dependencies says what it saw, and what it could not see."""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def audit(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.chdir(ROOT)
    spec = importlib.util.spec_from_file_location("audit", ROOT / "tools" / "audit.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_everything_needed_is_pinned(audit: ModuleType) -> None:
    pinned = audit.pins(ROOT / "constraints.txt")
    assert audit.unpinned(pinned) == []
    assert {"aiohttp", "yarl", "greenlet", "pytest"} <= audit.needed().keys()
    (problem,) = audit.unpinned({**pinned, "yarl": "0.1"})
    assert problem.startswith("yarl ")
    del pinned["aiohttp"]
    assert "it is not pinned" in audit.unpinned(pinned)[0]


FINE: dict[str, Any] = {"name": "a", "version": "1", "vulns": []}
BAD: dict[str, Any] = {"name": "b", "version": "2", "vulns": [{"id": "X-1", "fix_versions": ["3"]}]}
UNSEEN: dict[str, Any] = {"name": "c", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("found", "bad", "says"),
    [
        ([UNSEEN, UNSEEN], False, "NOT AUDITED"),
        ([FINE, UNSEEN], False, "audited 1 packages; 1 could NOT be looked up."),
        ([FINE, BAD], True, "b 2: X-1; fixed in: 3."),
        (None, False, ""),
    ],
)
def test_what_it_says(
    audit: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    found: list[dict[str, Any]] | None,
    bad: bool,
    says: str,
) -> None:
    monkeypatch.setattr(audit, "report", lambda _constraints, _folder: found)
    assert audit.look_up(Path("constraints.txt"), Path("nowhere")) is bad
    said = capsys.readouterr()
    assert says in said.out + said.err
