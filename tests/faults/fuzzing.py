"""What hostile bytes are fed to: each target takes any bytes and raises only when the product did what it must not.

Hypothesis makes such bytes in every run of the tests, `tools/fuzz.py` by coverage for as long as one likes; what it
found worth keeping lies in `minidialer/lab/hostile/corpora` and is fed again in every run.
"""

import asyncio
import contextlib
import csv
import io
import json
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from minidialer.agent_web.fields import Fields, days, moment
from minidialer.ami.actions import actions_for
from minidialer.ami.errors import UnsafeValueError
from minidialer.ami.message import Message
from minidialer.ami.protocol import Protocol, check_headers
from minidialer.ami.reader import MessageReader, NotAsteriskError
from minidialer.ami.resync import read_channels
from minidialer.ami.safe_values import caller_shown, variables
from minidialer.ami.translate import Translator
from minidialer.control.models.base import Done
from minidialer.control.protocol import METHODS
from minidialer.daemon.control.dispatch import Dispatcher
from minidialer.domain.commands import CallPhone
from minidialer.domain.formula import is_formula
from minidialer.domain.sentence import RefusedError
from minidialer.exporting.cells import cell_text
from minidialer.importing.numbers import to_e164
from minidialer.importing.reader import ImportFileError, ImportOptions, NumberRefusedError, Rejected, open_source
from minidialer.importing.tolls import tolls
from tests.domain.trace import Scene

Target = Callable[[bytes], None]
GREETING = b"Asterisk Call Manager/9.0.0\r\n"
_NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
_WARSAW = ZoneInfo("Europe/Warsaw")


def ami(data: bytes) -> None:
    """From the wire to the dialer: no bytes raise, and no chunking changes what they mean."""
    reader, messages = MessageReader(), list[Message]()
    with contextlib.suppress(NotAsteriskError):
        messages = reader.feed(data)
        again = MessageReader()
        pieces = [again.feed(data[at : at + 7]) for at in range(0, len(data), 7)]
        assert [message for piece in pieces for message in piece] == messages
    scene = Scene(agents="anna bert", leads=2)
    translator = Translator()
    for message in messages:
        for event in translator.feed(message):
            with contextlib.suppress(RefusedError):
                scene.dialer.handle(event, _NOW)
    read_channels(messages)
    asyncio.run(_protocol(data))


async def _protocol(data: bytes) -> None:
    told: list[object] = []
    protocol = Protocol(told.append, told.append)
    protocol.data_received(data)
    protocol.close()


def actions(data: bytes) -> None:
    """No text becomes a second header, a second variable, or dialplan syntax."""
    text = data.decode("utf-8", "replace")
    with contextlib.suppress(UnsafeValueError):
        for line in variables({"MD_HOLD_MUSIC": text}):
            assert line == f"MD_HOLD_MUSIC={text}"
            assert not set(text) & set(",;\"'`\\()[]{}<>$&|^\r\n\0")
    shown = caller_shown(text)
    assert shown.count('"') in (0, 2)
    assert not set(shown) & set(",;\\${}|&\r\n\0")
    with contextlib.suppress(UnsafeValueError):
        (action,) = actions_for(CallPhone(1, "1001", "ring-1-1", 20, auto_answer=False, caller=text))
        for header, value in check_headers(action.name, action.headers).items():
            for one in [value] if isinstance(value, str) else value:
                assert not set(header + one) & set("\r\n\0")


def control(data: bytes) -> None:
    """Every line is answered by one line of JSON, or by silence when it is a notification."""

    async def done(_params: object) -> Done:
        return Done()

    dispatcher = Dispatcher(dict.fromkeys(METHODS, done))
    for line in data.split(b"\n"):
        answer = asyncio.run(dispatcher.answer(line)) if line.strip() else None
        if answer is not None:
            assert answer.endswith(b"\n")
            assert answer.count(b"\n") == 1
            json.loads(answer)
            assert b'"internal"' not in answer or b'"internal"' in line


def import_text(data: bytes) -> None:
    """A file gives rows and rejected rows, or one sentence."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        if data[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
            return  # a spreadsheet, which is read by a process of its own
        with contextlib.suppress(ImportFileError), open_source(file.name, ImportOptions(tolls=tolls("PL"))) as source:
            for row in source:
                if isinstance(row, Rejected):
                    assert not set(row.value) & set("\r\n\0\x1b\u202e")
                    continue
                assert row.number.startswith("+48")
                assert row.number[1:].isdecimal()
                assert row.number.isascii()
                for name, value in row.fields.items():
                    assert not set(name + value) & set("\r\n\0\x1b\u202e")


def numbers(data: bytes) -> None:
    """A number is E.164 or refused."""
    with contextlib.suppress(NumberRefusedError):
        number = to_e164(data.decode("utf-8", "replace"))
        assert number[0] == "+"
        assert number[1:].isascii()
        assert number[1:].isdecimal()
        assert len(number) <= 16


def page_body(data: bytes) -> None:
    """What a browser posts is what it should be, or one sentence."""
    with contextlib.suppress(RefusedError):
        fields = Fields.parse(data)
        fields.take_line("login")
        fields.take_id("campaign_id")
        fields.take_draft()
        fields.take_moment("at", _WARSAW)
        fields.done()
    text = data.decode("utf-8", "replace")
    for read in (lambda: moment(text, _WARSAW), lambda: days(text, text, _NOW.date())):
        with contextlib.suppress(RefusedError):
            read()


def exported(data: bytes) -> None:
    """No text is a formula in a spreadsheet, at whatever sign that one parts cells."""
    text = cell_text(data.decode("utf-8", "surrogateescape"), UTC)
    text.encode()
    assert not is_formula(text)
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=";").writerow(["1", text])
    for delimiter in ";,\t":
        cells = [
            cell for row in csv.reader(io.StringIO(written.getvalue(), newline=""), delimiter=delimiter) for cell in row
        ]
        assert not any(cell.lstrip(" ").startswith("=") for cell in cells)


TARGETS: dict[str, Target] = {
    target.__name__: target for target in (ami, actions, control, import_text, numbers, page_body, exported)
}
