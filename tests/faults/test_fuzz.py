"""Hostile bytes into everything that reads bytes of others: kept ones, and new ones in every run."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from .fuzzing import CORPORA, GREETING, TARGETS

KEPT = sorted(CORPORA.glob("*/*"))
_WORDS = {  # a tilde between two
    "ami": (
        b"\r\n~\r\n\r\n~: ~Event: Newchannel~Event: Newstate~Event: Hangup~Event: BridgeEnter~Event: UserEvent"
        b"~Uniqueid: 1~Event: OriginateResponse~Uniqueid: ring-1-1~Uniqueid: nailed-1-1~BridgeUniqueid: b~\0~\xc5"
        b"~Response: Failure"
        b"~ActionID: originate/1~UserEvent: MinidialerAnswered~UserEvent: MinidialerAgentIdle~Cause: 17~ChannelState: 5"
    ),
    "control": (
        b'{"jsonrpc":"2.0",~"id":1,~"method":"agents.add",~"method":"watch.subscribe"~"params":{~"login":"a"~}~}~[~]~null'
        b'~1e999~"\\ud800"~,~\n~\x00~{'
    ),
    "import_text": (
        b'telefon~;~,~\t~"~\n~\r~600100200~+48~=1+1~\x00~\xff\xfe~sep=~\xef\xbb\xbf~\xb3~\xc5\x82~<html>~\x1b[31m~\xe2\x80\xae'
    ),
    "numbers": b"+48~600~100~200~ ~-~(0)~wew.~E+08~tel.~\xd9\xa6~/~00",
    "page_body": (
        b'{~}~"login":~"a"~"campaign_id":~1~,~"at":"2026-03-29T02:30"~null~[~9999-12-31T23:59~-~:~"notes":"~\\u0000~\\ud800'
    ),
    "actions": b',~&~|~${EXTEN}~\r\n~Action: Command~"~<~>~\\~\0~\xc5\x82~;',
    "exported": b"=~+~-~@~\t~\r~ ~'~1~\xef\xbc\x9d~\xff~cmd|'/C calc'!A0",
}
PIECES = {name: words.split(b"~") for name, words in _WORDS.items()}


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
