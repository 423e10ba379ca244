"""Hostile bytes into everything that reads bytes of others: kept ones, and new ones in every run."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from minidialer.lab.hostile.pieces import CORPORA, PIECES

from .fuzzing import GREETING, TARGETS

KEPT = sorted(CORPORA.glob("*/*"))


@pytest.mark.parametrize("kept", KEPT, ids=[f"{path.parent.name}-{path.name[:12]}" for path in KEPT])
def test_what_was_found_before(kept: Path) -> None:
    TARGETS[kept.parent.name](kept.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
def test_what_is_made_up_now(name: str) -> None:
    pieces = st.lists(st.one_of(st.sampled_from(PIECES[name]), st.binary(max_size=6)), max_size=30).map(b"".join)
    begun = pieces.map(GREETING.__add__) if name == "ami" else pieces

    @given(st.one_of(begun, begun, st.binary(max_size=200)))
    @settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
    @example(b"")
    def feed(data: bytes) -> None:
        TARGETS[name](data)

    feed()


def test_every_target_has_a_corpus() -> None:
    assert {path.parent.name for path in KEPT} == set(TARGETS)
