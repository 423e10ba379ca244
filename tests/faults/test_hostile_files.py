"""Files made to harm: bombs that unpack to more than there is, and fields that want to be more than text."""

import csv
import warnings
import zipfile
from collections.abc import Callable
from datetime import UTC
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from minidialer.ami.actions import actions_for, recording_path
from minidialer.ami.errors import UnsafeValueError
from minidialer.ami.protocol import check_headers
from minidialer.control.models import agents, leads
from minidialer.control.models.leads import Lead
from minidialer.control.sentences import ControlError
from minidialer.domain.campaign import CampaignSettings, HoldAudio
from minidialer.domain.commands import CallCustomer
from minidialer.domain.trunk import Trunk
from minidialer.exporting.leads import LeadsFile
from minidialer.importing import sheet, sheet_child
from minidialer.importing.reader import ImportFileError, ImportOptions, open_source
from minidialer.importing.tolls import tolls
from tests.agent_web.hostile import HOSTILE
from tests.control.office import now
from tests.daemon.pages.desk_of_pages import open_shop
from tests.importing.test_import_sheets import HEADER, write_ods, write_xlsx, write_zip

MEMORY = 512 << 20  # of the reader in these tests: that it gives up is shown as well, and sooner
DEEP = 200_000


def lying(path: Path) -> None:
    """The directory of the archive says a hundred bytes, the member holds a hundred million."""
    write_xlsx(path, HEADER + "<!--" + " " * 100_000_000 + "-->")
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        where = archive.getinfo("xl/s1.xml").header_offset
    at = data.rfind(b"PK\x01\x02", 0, data.rfind(b"xl/s1.xml"))
    for place in (at + 24, where + 22):
        data[place : place + 4] = (100).to_bytes(4, "little")
    path.write_bytes(data)


def shared_strings(path: Path) -> None:
    """One text of more than the reader may hold, and less than what is refused at once."""
    write_xlsx(path, HEADER)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        links = archive.read("xl/_rels/workbook.xml.rels").decode()
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
        assert "sharedStrings" not in links
        with archive.open("xl/sharedStrings.xml", "w") as member:
            member.write(b"<sst><si><t>")
            for _ in range(MEMORY >> 20):
                member.write(b"x" * (1 << 20))
            member.write(b"</t></si></sst>")
    with zipfile.ZipFile(path, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a name twice: the later one counts
        added = f'<Relationship Id="ss" Type="{kind}" Target="sharedStrings.xml"/></Relationships>'
        archive.writestr("xl/_rels/workbook.xml.rels", links.replace("</Relationships>", added))


def corners(path: Path) -> None:
    cell = '<c r="{}"><v>600100200</v></c>'
    write_xlsx(path, f'<row r="1">{cell.format("A1")}</row><row r="1048576">{cell.format("XFD1048576")}</row>')


def entities(path: Path) -> None:
    """A billion laughs."""
    defined = '<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefghi", "bcdefghij", strict=True)
    )
    write_xlsx(path, '<row r="1"><c r="A1" t="inlineStr"><is><t>&j;</t></is></c></row>')
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name).decode() for name in archive.namelist()}
    members["xl/s1.xml"] = f"<!DOCTYPE x [{defined}]>" + members["xl/s1.xml"]
    write_zip(path, members)


def deep(path: Path) -> None:
    write_xlsx(path, "<row>" * DEEP + "</row>" * DEEP)


def repeated(path: Path) -> None:
    cell = '<table:table-cell table:number-columns-repeated="16384"><text:p>600100200</text:p></table:table-cell>'
    write_ods(path, f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>')


def nested(path: Path) -> None:
    write_zip(path, {f"{number}.zip": "PK" * 1000 for number in range(1000)})


def outside(path: Path) -> None:
    """Nothing of an archive is ever unpacked to the disk."""
    write_zip(path, {"../../../../tmp/minidialer-was-here": "x", "xl/workbook.xml": "<workbook/>"})


@pytest.mark.parametrize("make", [lying, shared_strings, corners, entities, deep, repeated, nested, outside])
def test_a_bomb_is_refused_in_a_sentence(
    tmp_path: Path, make: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    child = tmp_path / "child.py"
    text = Path(sheet_child.__file__).read_text()
    child.write_text(text.replace("MEMORY_BYTES = 3 << 30", f"MEMORY_BYTES = {MEMORY}"))
    assert child.read_text() != text
    monkeypatch.setattr(sheet, "_CHILD", child)
    path = tmp_path / "bomb.xlsx"
    make(path)
    with pytest.raises(ImportFileError) as refused, open_source(path) as source:
        list(source)
    assert str(path) in str(refused.value)
    assert not Path("/tmp/minidialer-was-here").exists()


@pytest.mark.parametrize(
    "head", [b"\x1f\x8b\x08\x00", b"BZh91AY", b"\xfd7zXZ\x00", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07"]
)
def test_packed_texts_are_not_unpacked(tmp_path: Path, head: bytes) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(head + b"\0" * 1000)
    with pytest.raises(ImportFileError), open_source(path):
        pass


@given(st.lists(st.tuples(st.integers(0, 1500), st.binary(min_size=1, max_size=4)), min_size=1, max_size=4))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_spreadsheet_is_rows_or_a_sentence(tmp_path: Path, damage: list[tuple[int, bytes]]) -> None:
    path = write_xlsx(tmp_path / "list.xlsx", HEADER + '<row r="2"><c r="A2"><v>600100200</v></c></row>')
    data = bytearray(path.read_bytes())
    for at, new in damage:
        data[at % len(data) : at % len(data) + len(new)] = new
    path.write_bytes(data)
    try:
        with open_source(path, ImportOptions(tolls=tolls("PL"))) as source:
            list(source)
    except ImportFileError as error:
        assert str(error).endswith(".")


FORMULAS = [
    "=1+1",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "＝1",
    " =1",
    '=HYPERLINK("http://x")',
    "=WEBSERVICE(A1)",
]
PHRASES = [
    *HOSTILE,
    *FORMULAS,
    "a\r\nAction: Command\r\nCommand: core stop now",
    "${SHELL(id)}",
    "a,b&c|d;e",
    "'; DROP TABLE lead;",
]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_an_export_holds_no_formula_in_cells_or_headers(tmp_path: Path, suffix: str) -> None:
    fields = {**{text: text for text in FORMULAS}, "x": "=1+1"}
    lead = Lead(
        id=1, number="+48600100200", lead_list="=1", state="fresh", attempts=0, fields=fields, owner="@x",
        disposition="-1+2", notes="\r=1",
    )  # fmt: skip
    path = tmp_path / f"out{suffix}"
    with LeadsFile(path, zone=UTC) as file:
        file.add([lead])
        file.finish()
    if suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as written:
            cells = [cell for row in csv.reader(written, delimiter=";") for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "@", "-", "\t", "\r", "＝"))]
        return
    with zipfile.ZipFile(path) as archive:
        page = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in page
    assert "hyperlink" not in page
    assert CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[1][1] == FORMULAS[0]


@pytest.mark.parametrize("phrase", PHRASES)
def test_no_field_of_a_campaign_becomes_an_action(phrase: str) -> None:
    """What the settings of a campaign hold goes into headers and channel variables, or goes nowhere."""
    trunk = Trunk("carrier", "PJSIP/{number}@carrier")
    for chosen in (
        CampaignSettings(hold_audio=HoldAudio(music=phrase)),
        CampaignSettings(hold_audio=HoldAudio(announcement=phrase)),
        CampaignSettings(safe_message=phrase),
        CampaignSettings(caller_id=phrase),
    ):
        try:
            (action,) = actions_for(CallCustomer(1, "+48600100200", trunk, chosen))
            headers = check_headers(action.name, action.headers, action.tag)
        except UnsafeValueError:
            continue
        lines = [text for value in headers.values() for text in ([value] if isinstance(value, str) else value)]
        assert not [line for line in lines if set(line) & set("\r\n\0")]
        assert all(line.count(",") == 0 for line in lines if line.startswith("MD_"))


def test_a_recording_stays_in_its_folder() -> None:
    """Its path is made of a day and a number; nothing anybody typed is in it."""
    assert recording_path(Path("/rec"), 7, now()).startswith("/rec/20")
    assert recording_path(Path("/rec"), 7, now()).endswith("/7.wav")


async def test_hostile_fields_go_in_and_come_out_as_they_were(tmp_path: Path) -> None:
    """Through the store and the page's form, with no statement and no page broken by them."""
    async with open_shop(tmp_path) as shop:
        token = await shop.sign_in()
        form = await shop.talk(token)
        changed = dict.fromkeys(form.editable, PHRASES[0])
        await shop.save(token, notes="\n".join(PHRASES), fields=changed)
        (found,) = (await shop.client.call(leads.FIND, leads.LeadsFind(number="+48600100200"))).leads
        assert found.notes.splitlines()[0] == PHRASES[0]
        for name in PHRASES:
            try:
                await shop.client.call(agents.ADD, agents.AgentAdd(login="1999", name=name[:80]))
                await shop.client.call(agents.REMOVE, agents.AgentKey(login="1999"))
            except (ControlError, ValueError):
                continue  # refused in a sentence
        assert await shop.office.desk.database.problems() == []
