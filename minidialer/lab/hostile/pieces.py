"""Hostile bytes: words of what is attacked, inputs that were found worth keeping, and mutations of them."""

from __future__ import annotations

import functools
import random
from pathlib import Path

CORPORA = Path(__file__).with_name("corpora")
"""A folder for each target, kept by tools/fuzz.py."""

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
"""By target: what inputs are made of."""


@functools.cache
def kept(target: str) -> tuple[bytes, ...]:
    """The kept inputs of a target, the same order everywhere. Reads files."""
    return tuple(file.read_bytes() for file in sorted((CORPORA / target).iterdir()))


def mutated(dice: random.Random, target: str) -> bytes:
    """A kept input with pieces put in, cut out and repeated, and bytes changed."""
    data = bytearray(dice.choice(kept(target)))
    for _ in range(dice.randint(0, 6)):
        at = dice.randint(0, len(data))
        end = min(len(data), at + dice.randint(0, 20))
        match dice.randrange(4):
            case 0:
                data[at:at] = dice.choice(PIECES[target])
            case 1:
                del data[at:end]
            case 2:
                data[at:at] = data[at:end] * dice.randint(1, 30)
            case _:
                data[at:end] = dice.randbytes(end - at)
    return bytes(data)
