"""Text files of unknown encoding: bytes to text, a block at a time, so that memory does not grow with the file."""

import codecs
from collections.abc import Iterator
from io import StringIO
from typing import BinaryIO

from minidialer.domain.sentence import sentence
from minidialer.importing.reasons import ImportFileError

BLOCK_BYTES = 1 << 18
LONGEST_LINE = 1 << 20
_BYTE_ORDER_MARKS = (
    # The mark of UTF-32 begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_COMPRESSED = sentence("compressed")
_FOREIGN_FORMATS = (
    (b"%PDF", sentence("a PDF document")),
    (b"\x1f\x8b", _COMPRESSED),
    (b"BZh", _COMPRESSED),
    (b"\xfd7zXZ", _COMPRESSED),
    (b"7z\xbc\xaf", _COMPRESSED),
    (b"\x28\xb5\x2f\xfd", _COMPRESSED),
    (b"{\\rtf", sentence("a word processor's document")),
)
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<table")
# Codecs of Python that are no encodings of files; some would execute escapes or never fail.
_NOT_FOR_FILES = {"unicode-escape", "raw-unicode-escape", "undefined", "idna", "punycode", "utf-7"}


class TextFile:
    """A seekable binary file that was read once, in full, and found to be text in `encoding`.

    Without an encoding given: the byte order mark, else strict UTF-8, else cp1250, what Polish Excel writes.
    Raises `ImportFileError` for binary files and for bytes that the encoding does not have.
    """

    def __init__(self, raw: BinaryIO, *, name: str, encoding: str | None = None) -> None:
        self._raw = raw
        self.name = name
        raw.seek(0)
        head = raw.read(4096)
        _refuse_foreign_formats(head, name)
        self.encoding = _known_encoding(encoding) if encoding else self._detected(head)
        if encoding:
            self._read_through(self.encoding)

    def _detected(self, head: bytes) -> str:
        for mark, encoding in _BYTE_ORDER_MARKS:
            if head.startswith(mark):
                self._read_through(encoding)
                return encoding
        if b"\0" in head:
            raise _not_text(self.name)
        try:
            self._read_through("utf-8")
        except _UndecodableError:
            self._read_through("cp1250")
            return "cp1250"
        return "utf-8"

    def _read_through(self, encoding: str) -> None:
        """Decode all of it once: an error halfway would come after the first rows were stored."""
        self.encoding = encoding
        for block in self.blocks():
            if "\0" in block:
                raise _not_text(self.name)

    def blocks(self) -> Iterator[str]:
        """Yield the text, without its byte order mark, from the beginning."""
        decoder = codecs.getincrementaldecoder(self.encoding)()
        self._raw.seek(0)
        lines = 0
        first = True
        while True:
            data = self._read()
            try:
                text = decoder.decode(data, final=not data)
            except UnicodeError as error:
                before = error.object[: error.start] if isinstance(error, UnicodeDecodeError) else b""
                line = lines + before.count(b"\n") + 1
                raise _UndecodableError(
                    "{file} is not {encoding} text near line {line}: give the right one with --encoding.",
                    file=self.name,
                    encoding=self.encoding,
                    line=line,
                ) from error
            lines += text.count("\n")
            if first and text:
                first = False
                text = text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
            if text:
                yield text
            if not data:
                return

    def _read(self) -> bytes:
        try:
            return self._raw.read(BLOCK_BYTES)
        except OSError as error:
            raise ImportFileError(
                "{file} cannot be read: {problem}.", file=self.name, problem=error.strerror or str(error)
            ) from error

    def lines(self) -> Iterator[str]:
        r"""Yield physical lines with their ends, which are \n, \r\n or \r, from the beginning.

        Of a line longer than `LONGEST_LINE` characters only so many and one more are given.
        """
        tail = ""
        for block in self.blocks():
            text = tail + block
            # A \r at the very end may be the first half of \r\n.
            cut = max(text.rfind("\n"), text.rfind("\r", 0, len(text) - 1)) + 1
            tail = text[cut:]
            if cut:
                yield from map(_capped, StringIO(text[:cut], newline=""))
            tail = _shortened(tail)
        if tail:
            yield from map(_capped, StringIO(tail, newline=""))


class _UndecodableError(ImportFileError):
    """The bytes are not of the encoding; another one may be tried."""


def _not_text(name: str) -> ImportFileError:
    return ImportFileError(
        "{file} is not a text file: give a .csv, .txt, .xlsx, .xls or .ods file, or its --encoding if it is UTF-16.",
        file=name,
    )


def _capped(line: str) -> str:
    return line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE + 1]


def _shortened(tail: str) -> str:
    """Memory stays bounded for a file without line ends; the end, which may be a \r, is kept."""
    if len(tail) <= LONGEST_LINE + 2:
        return tail
    return tail[: LONGEST_LINE + 1] + tail[-1]


def _known_encoding(encoding: str) -> str:
    try:
        name = codecs.lookup(encoding).name
        codecs.getincrementaldecoder(name)
        b"a".decode(name, errors="ignore")
    except (LookupError, ValueError):
        name = ""
    if not name or name.replace("_", "-") in _NOT_FOR_FILES:
        raise ImportFileError(
            "{encoding!r} is not an encoding: try utf-8, cp1250, iso-8859-2 or utf-16.", encoding=encoding
        )
    return name


def _refuse_foreign_formats(head: bytes, name: str) -> None:
    if not head:
        raise ImportFileError("{file} is empty: give a file with phone numbers.", file=name)
    for signature, what in _FOREIGN_FORMATS:
        if head.startswith(signature):
            raise ImportFileError(
                "{file} is {what}: unpack it or save it as .csv or .xlsx first.", file=name, what=what
            )
    if head.removeprefix(codecs.BOM_UTF8).lstrip()[:9].lower().startswith(_MARKUP):
        raise ImportFileError("{file} is a web page or XML: open it in a spreadsheet and save it as .xlsx.", file=name)
