"""Spreadsheets are written here by hand, byte by byte: nothing else in the project writes any."""

import io
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minidialer.importing import sheet
from minidialer.importing.reader import ImportFileError, Reason, Rejected, Row, open_source

OFFICE = "http://schemas.openxmlformats.org"
RELATIONS = f"{OFFICE}/officeDocument/2006/relationships"


def write_zip(path: Path, members: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def write_xlsx(path: Path, *sheets: str, hidden: int = 0) -> Path:
    """Each sheet is the XML of its rows; style 1 is a date. The first `hidden` sheets are hidden."""
    entries, links, members = "", "", {}
    for number, rows in enumerate(sheets, start=1):
        state = ' state="hidden"' if number <= hidden else ""
        entries += f'<sheet name="S{number}" sheetId="{number}"{state} r:id="r{number}"/>'
        links += f'<Relationship Id="r{number}" Type="{RELATIONS}/worksheet" Target="s{number}.xml"/>'
        members[f"xl/s{number}.xml"] = (
            f'<worksheet xmlns="{OFFICE}/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>'
        )
    package = f"{OFFICE}/package/2006"
    members |= {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r" '
        f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{OFFICE}/spreadsheetml/2006/main" xmlns:r="{RELATIONS}">'
        f"<sheets>{entries}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">{links}'
        f'<Relationship Id="st" Type="{RELATIONS}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{OFFICE}/spreadsheetml/2006/main"><cellXfs count="2">'
        '<xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
    }
    return write_zip(path, members)


def text_cell(at: str, text: str) -> str:
    return f'<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>'


HEADER = f'<row r="1">{text_cell("A1", "Telefon")}{text_cell("B1", "Imię")}{text_cell("C1", "Data")}</row>'


def write_ods(path: Path, rows: str) -> Path:
    names = "urn:oasis:names:tc:opendocument:xmlns"
    return write_zip(
        path,
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{names}:manifest:1.0"/>',
            "content.xml": f'<office:document-content xmlns:office="{names}:office:1.0" '
            f'xmlns:table="{names}:table:1.0" xmlns:text="{names}:text:1.0"><office:body><office:spreadsheet>'
            f'<table:table table:name="A">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        },
    )


def compound_file(streams: dict[str, bytes]) -> bytes:
    """An OLE compound file: a FAT sector, a directory sector (three streams at most), then the streams."""
    fat = [0xFFFFFFFD, 0xFFFFFFFE]
    entries = [directory_entry("Root Entry", kind=5, child=1, start=0xFFFFFFFE, size=0)]
    body = b""
    for number, (name, content) in enumerate(streams.items(), start=1):
        padded = content.ljust(max(4096, -(-len(content) // 512) * 512), b"\0")
        start, sectors = len(fat), len(padded) // 512
        fat += [*range(start + 1, start + sectors), 0xFFFFFFFE]
        right = number + 1 if number < len(streams) else 0xFFFFFFFF
        entries.append(directory_entry(name, kind=2, right=right, start=start, size=len(padded)))
        body += padded
    fat += [0xFFFFFFFF] * (128 - len(fat))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    return header + struct.pack("<128I", *fat) + b"".join(entries).ljust(512, b"\0") + body


def directory_entry(
    name: str, *, kind: int, start: int, size: int, right: int = 0xFFFFFFFF, child: int = 0xFFFFFFFF
) -> bytes:
    encoded = (name + "\0").encode("utf-16-le")
    links = struct.pack("<HBBIII", len(encoded), kind, 1, 0xFFFFFFFF, right, child)
    return encoded.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", start, size)


def write_xls(path: Path, rows: list[list[str | float]]) -> Path:
    """The one sheet of an Excel 97 workbook."""

    def record(kind: int, data: bytes) -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    def beginning(kind: int) -> bytes:
        return record(0x809, struct.pack("<HHHHII", 0x600, kind, 0x0DBB, 0x07CC, 0, 6))

    cells = b""
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            if isinstance(value, str):
                text = struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")
                cells += record(0x204, struct.pack("<HHH", row, column, 0) + text)
            else:
                cells += record(0x203, struct.pack("<HHHd", row, column, 0, value))
    end = record(0x0A, b"")
    first = beginning(5) + record(0x42, struct.pack("<H", 1200))
    offset = len(first) + 4 + 9 + len(end)
    bound = record(0x85, struct.pack("<IBB", offset, 0, 0) + b"\x01\x00A")
    path.write_bytes(compound_file({"Workbook": first + bound + end + beginning(0x10) + cells + end}))
    return path


def rows_of(path: Path) -> list[Row | Rejected]:
    with open_source(path) as source:
        assert (source.encoding, source.delimiter) == (None, None)
        return list(source)


def test_cells_are_read_as_a_person_sees_them(tmp_path: Path) -> None:
    rows = (
        HEADER
        + f'<row r="2"><c r="A2"><v>600100200</v></c>{text_cell("B2", "Łucja")}<c r="C2" s="1"><v>45292</v></c></row>'
        + '<row r="4"><c r="A4"><v>6.001002E8</v></c><c r="B4" t="b"><v>1</v></c><c r="C4"><v>0.1</v></c></row>'
        + '<row r="5"><c r="A5"><v>600100200.5</v></c><c r="C5" t="e"><v>#N/A</v></c></row>'
        + f'<row r="6">{text_cell("A6", "+48 601 100 200")}<c r="C6" s="1"><v>45292.5</v></c></row>'
    )
    assert rows_of(write_xlsx(tmp_path / "list.xlsx", rows)) == [
        Row(2, "+48600100200", {"Imię": "Łucja", "Data": "2024-01-01"}),
        Row(4, "+48600100200", {"Imię": "TRUE", "Data": "0.1"}),
        Rejected(5, "600100200.5", Reason.DAMAGED),
        Row(6, "+48601100200", {"Imię": "", "Data": "2024-01-01 12:00:00"}),
    ]


def test_columns_and_rows_count_from_the_corner_of_the_sheet(tmp_path: Path) -> None:
    rows = f'<row r="3"><c r="B3"><v>600100200</v></c>{text_cell("C3", "Jan")}</row>'
    path = write_xlsx(tmp_path / "list.xlsx", rows)
    assert rows_of(path) == [Row(3, "+48600100200", {"column 1": "", "column 3": "Jan"})]


def test_the_first_shown_sheet_with_anything_in_it_is_read(tmp_path: Path) -> None:
    hidden = '<row r="1"><c r="A1"><v>601100200</v></c></row>'
    shown = '<row r="1"><c r="A1"><v>600100200</v></c></row>'
    path = write_xlsx(tmp_path / "list.xlsx", hidden, "", shown, hidden, hidden=1)
    assert rows_of(path) == [Row(1, "+48600100200", {})]


def test_libreoffice(tmp_path: Path) -> None:
    def cell(kind: str, value: str, shown: str) -> str:
        return f'<table:table-cell office:value-type="{kind}" {value}><text:p>{shown}</text:p></table:table-cell>'

    header = cell("string", "", "Telefon") + cell("string", "", "Imię")
    row = cell("float", 'office:value="600100200"', "600 100 200") + cell("string", "", "Łucja")
    rows = "".join(f"<table:table-row>{cells}</table:table-row>" for cells in (header, row))
    assert rows_of(write_ods(tmp_path / "list.ods", rows)) == [Row(2, "+48600100200", {"Imię": "Łucja"})]


def test_excel_97_whatever_its_name(tmp_path: Path) -> None:
    path = write_xls(tmp_path / "list.txt", [["Telefon", "Imię"], [600100200.0, "Łucja"], ["brak", "Jan"]])
    assert rows_of(path) == [
        Row(2, "+48600100200", {"Imię": "Łucja"}),
        Rejected(3, "brak", Reason.CHARACTERS),
    ]


def test_a_web_page_saved_as_a_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "list.xls"
    path.write_text("<html><table><tr><td>600100200</td></tr></table></html>")
    with pytest.raises(ImportFileError, match="web page"):
        rows_of(path)


def test_a_locked_workbook_says_so(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(compound_file({"EncryptionInfo": b"\x04\0\x04\0", "EncryptedPackage": b"secret"}))
    with pytest.raises(ImportFileError, match="password"):
        rows_of(path)


def test_two_far_corners_do_not_end_the_program(tmp_path: Path) -> None:
    corners = '<row r="1"><c r="A1"><v>600100200</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    with pytest.raises(ImportFileError, match="too big"):
        rows_of(write_xlsx(tmp_path / "list.xlsx", corners))


def test_damaged_files_are_one_clear_error(tmp_path: Path) -> None:
    whole = write_xlsx(tmp_path / "list.xlsx", HEADER).read_bytes()
    old = write_xls(tmp_path / "list.xls", [["Telefon"], [600100200.0]]).read_bytes()
    path = tmp_path / "damaged.xlsx"
    for content in (whole[:-40], whole[:100], old[:700], old[:520], b"PK\x03\x04", old[:8]):
        path.write_bytes(content)
        with pytest.raises(ImportFileError, match=r"damaged\.xlsx is damaged"):
            rows_of(path)


def test_other_zip_files_are_no_spreadsheets(tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match="not a spreadsheet"):
        rows_of(write_zip(tmp_path / "list.zip", {"list.csv": "600100200"}))


def test_an_empty_workbook_has_no_rows(tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match="no rows"):
        rows_of(write_xlsx(tmp_path / "list.xlsx", ""))


def test_what_unpacks_to_too_much_is_not_unpacked(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "list.xlsx", " " * 3_000_000)
    assert path.stat().st_size < 10_000
    with path.open("rb") as raw:
        sheet.refuse_zip_bomb(raw, "list.xlsx", most_bytes=4_000_000)
        with pytest.raises(ImportFileError, match="unpacks to more than 1 MB"):
            sheet.refuse_zip_bomb(raw, "list.xlsx", most_bytes=1 << 20)


def test_a_locked_zip_says_so() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("content.xml", "x")
    content = bytearray(buffer.getvalue())
    content[content.index(b"PK\x01\x02") + 8] |= 1  # the flag of encryption in the directory
    with pytest.raises(ImportFileError, match="password"):
        sheet.refuse_zip_bomb(io.BytesIO(bytes(content)), "list.xlsx")


def test_leaving_early_ends_the_reading_process(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{600100000 + n}</v></c></row>' for n in range(1, 20_000))
    with open_source(write_xlsx(tmp_path / "list.xlsx", rows)) as source:
        assert next(iter(source)) == Row(1, "+48600100001", {})
    # Popen warns of a child it was not waited for, and warnings are errors here.


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["xlsx", "xls"]), st.lists(st.tuples(st.floats(0, 0.999), st.binary(min_size=1)), min_size=1))
def test_any_damage_is_rows_or_one_documented_error(
    tmp_path: Path, kind: str, damage: list[tuple[float, bytes]]
) -> None:
    path = tmp_path / "list.xlsx"
    if kind == "xlsx":
        write_xlsx(path, HEADER + '<row r="2"><c r="A2"><v>600100200</v></c></row>')
    else:
        write_xls(path, [["Telefon", "Imię"], [600100200.0, "Łucja"]])
    content = bytearray(path.read_bytes())
    for place, garbage in damage:
        at = int(place * len(content))
        content[at : at + len(garbage)] = garbage
    path.write_bytes(content)
    try:
        with open_source(path) as source:
            list(source)
    except ImportFileError as error:
        assert str(error).endswith(".")
