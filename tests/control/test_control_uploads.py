"""Files brought over the control socket: sent, looked at, imported, cancelled; and what is refused."""

import asyncio
import base64
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from minidialer.control.client import Client
from minidialer.control.models import base, imports, leads, lists, uploads
from minidialer.control.sentences import ControlError
from minidialer.control.uploading import upload_async
from minidialer.daemon.imports import uploads as spool
from minidialer.daemon.imports.work import ImportWork
from minidialer.importing.order import Order
from minidialer.importing.taking_back import Journal

from .office import LONGEST, Office, noon, open_office, until
from .test_control_methods import refused

pytestmark = pytest.mark.timeout(300)  # a process for each look and each import
HEADER = "imię;telefon;miasto\n"
LONG = 20_000  # rows of a file that is not read to its end before something is done about it, however busy the machine


def numbers_file(folder: Path, count: int, *more: str, name: str = "leads.csv", first: int = 0) -> Path:
    rows = [f"Osoba {index};{600_000_000 + index};Kraków\n" for index in range(first, first + count)]
    path = folder / name
    path.write_text(HEADER + "".join(rows) + "".join(f"{row}\n" for row in more), encoding="cp1250")
    return path


def text_of(path: str) -> str:
    return Path(path).read_text(encoding="utf-8")


def spooled(office: Office) -> list[Path]:
    """What is left of files and imports; of dry runs the rejected rows stay for a while."""
    return sorted(path for path in office.desk.imports.uploads.folder.iterdir() if path.suffix != ".rejected")


async def run(client: Client, identity: str, **order: Any) -> uploads.Job:
    """Start an import and wait for its end."""
    order = {"lead_list": "Kraków", "create_list": True, **order}
    job = await client.call(uploads.RUN, uploads.ImportRun.model_validate({"id": identity, **order}))
    return await ended(client, job.job)


async def ended(
    client: Client, number: int, enough: Callable[[uploads.Job], bool] = lambda job: job.finished_at is not None
) -> uploads.Job:
    async with asyncio.timeout(LONGEST):
        while True:
            job = await client.call(uploads.JOB, uploads.JobKey(job=number))
            if enough(job):
                return job
            await asyncio.sleep(0.02)


def counted(job: uploads.Job) -> tuple[str, int, int, int, int]:
    return job.state, job.read, job.added, job.updated, job.invalid


async def test_a_file_is_looked_at_tried_and_imported(office: Office, tmp_path: Path) -> None:
    path = numbers_file(tmp_path, 30, "Zły;12;Łódź", "Raz;600000001;Łódź")
    async with office.client() as client:
        steps: list[tuple[int, int]] = []
        sent = await upload_async(client, path, lambda *step: steps.append(step))
        assert steps[-1] == (path.stat().st_size,) * 2
        seen = await client.call(uploads.PREVIEW, uploads.Reading(id=sent.id))
        assert (seen.kind, seen.encoding, seen.delimiter, seen.header, seen.problem) == (
            "text",
            "cp1250",
            ";",
            True,
            None,
        )
        assert [(column.name, column.field) for column in seen.columns] == [
            ("imię", "first_name"),
            ("telefon", "number"),
            ("miasto", "city"),
        ]
        assert len(seen.rows) == uploads.PREVIEW_ROWS
        assert (seen.rows[0].line, seen.rows[0].number) == (2, "+48600000000")
        tried = await run(client, sent.id, dry_run=True)
        assert counted(tried) == ("done", 32, 30, 0, 1)
        assert [(row.line, row.value, row.reason.text) for row in tried.rejected] == [
            (32, "12", "the number has too few digits")
        ]
        assert (await client.call(lists.LIST, base.Nothing())).lists == []
        done = await run(client, sent.id)
        assert counted(done) == ("done", 32, 30, 0, 1)
        assert (done.bytes_read, done.duplicate_in_file) == (done.bytes_total, 1)
        assert done.rejected_file is not None
        assert "Zły" not in done.rejected_file
        assert text_of(done.rejected_file).startswith("line,value,reason\n32,12,")
        shown = await client.call(lists.SHOW, base.Named(name="Kraków"))
        assert shown.leads == 30
        (made,) = (await client.call(imports.LIST, base.Nothing())).imports
        assert (made.id, made.file, made.invalid, made.uid) == (done.import_id, "leads.csv", 1, os.getuid())
        assert spooled(office) == []
        assert "There is no such file" in await refused(client, uploads.PREVIEW, uploads.Reading(id=sent.id))
    assert [line.action for line in await office.audit_lines()] == ["import"]


def write(path: str, text: str) -> None:
    """Nothing: it is removed."""
    Path(path).write_text(text, encoding="utf-8")
    if not text:
        Path(path).unlink()


async def all_rejected(client: Client, job: int) -> list[uploads.RejectedRow]:
    rows: list[uploads.RejectedRow] = []
    after: int | None = 0
    while after is not None:
        page = await client.call(uploads.REJECTED, uploads.RejectedRowsOf(job=job, after=after))
        rows += page.rows
        after = page.next
    return rows


async def test_all_rejected_rows_are_given_page_by_page(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("minidialer.daemon.imports.jobs._PAGE", 7)
    bad = ["=1+1", "'600", "+48;x", '"a""b"', "żółć", *("12" for _ in range(120))]
    path = tmp_path / "bad.csv"
    lines = ["telefon", *("600100200" for _ in range(200)), *bad]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    async with office.client() as client:
        sent = await upload_async(client, path)
        tried = await run(client, sent.id, dry_run=True)
        done = await run(client, sent.id)
        assert (tried.invalid, len(tried.rejected), tried.rejected_file) == (125, 100, None)
        for job in (tried, done):
            rows = await all_rejected(client, job.job)
            assert [row.line for row in rows] == list(range(202, 327))
            assert rows[:100] == job.rejected
        write(str(done.rejected_file), "line,value,reason\n1,2,3\n")
        asked = uploads.RejectedRowsOf(job=done.job)
        assert "were changed" in await refused(client, uploads.REJECTED, asked)
        write(str(done.rejected_file), "")
        assert "not kept any more" in await refused(client, uploads.REJECTED, asked)
        sent = await upload_async(client, path)
        for _ in range(5):
            await run(client, sent.id, dry_run=True)
        assert "not kept any more" in await refused(client, uploads.REJECTED, uploads.RejectedRowsOf(job=tried.job))
    assert len(list(office.desk.imports.uploads.folder.glob("*.rejected"))) == 5
    office.desk.imports.uploads.take_over()
    assert list(office.desk.imports.uploads.folder.iterdir()) == []


async def test_what_was_detected_can_be_corrected(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "two.csv"
    path.write_text("a,b\n600100200,600100300\n600100201,600100301\n", encoding="utf-8")
    async with office.client() as client:
        sent = await upload_async(client, path)
        unsure = await client.call(uploads.PREVIEW, uploads.Reading(id=sent.id))
        assert unsure.problem is not None
        assert "say which to dial" in unsure.problem.text
        assert [column.name for column in unsure.columns] == ["a", "b"]
        assert [row.cells for row in unsure.rows] == [["600100200", "600100300"], ["600100201", "600100301"]]
        sure = await client.call(uploads.PREVIEW, uploads.Reading(id=sent.id, mapping=["number=b"]))
        assert [row.number for row in sure.rows] == ["+48600100300", "+48600100301"]
        bare = uploads.Reading(id=sent.id, mapping=["number=2"], header=False)
        rows = (await client.call(uploads.PREVIEW, bare)).rows
        assert [row.reason is None for row in rows] == [False, True, True]
        wrong = await client.call(uploads.PREVIEW, uploads.Reading(id=sent.id, encoding="utf-33"))
        assert wrong.problem is not None
        assert "is not an encoding" in wrong.problem.text
        done = await run(client, sent.id, mapping=["number=b"])
        assert counted(done) == ("done", 2, 2, 0, 0)


async def test_a_sheet_is_chosen_by_its_name(office: Office, tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "Książka.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name, number in (("Pierwszy", "600100200"), ("Drugi", "600100300")):
            sheet = book.add_worksheet(name)
            sheet.write_column(0, 0, ["telefon", number])
    async with office.client() as client:
        sent = await upload_async(client, path)
        assert sent.file_name == "Książka.xlsx"
        seen = await client.call(uploads.PREVIEW, uploads.Reading(id=sent.id))
        assert (seen.kind, seen.sheets, seen.sheet) == ("spreadsheet", ["Pierwszy", "Drugi"], "Pierwszy")
        other = await client.call(uploads.PREVIEW, uploads.Reading(id=sent.id, sheet="Drugi"))
        assert [row.number for row in other.rows] == ["+48600100300"]
        none = await client.call(uploads.PREVIEW, uploads.Reading(id=sent.id, sheet="Trzeci"))
        assert none.problem is not None
        assert "it has “Pierwszy”, “Drugi”" in none.problem.text
        await run(client, sent.id, sheet="Drugi")
        found = await client.call(leads.PAGE, leads.LeadsSearch(lead_list="Kraków"))
        assert [lead.number for lead in found.leads] == ["+48600100300"]


async def test_strict_imports_nothing_when_a_row_is_rejected(office: Office, tmp_path: Path) -> None:
    path = numbers_file(tmp_path, 3, "x;y;z")
    async with office.client() as client:
        job = await run(client, (await upload_async(client, path)).id, strict=True)
        assert (job.state, job.invalid, job.import_id) == ("done", 1, None)
        assert job.problem is not None
        assert (await client.call(lists.LIST, base.Nothing())).lists == []


async def test_a_cancelled_import_leaves_the_list_as_it_was(office: Office, tmp_path: Path) -> None:
    async with office.client() as client:
        first = numbers_file(tmp_path, 3000)
        await run(client, (await upload_async(client, first)).id)
        before = await every_lead(client)
        path = tmp_path / "second.csv"
        path.write_text(
            "telefon;imię;nowe\n" + "".join(f"{600_000_000 + index};Inna {index};x\n" for index in range(LONG)),
            encoding="utf-8",
        )
        sent = await upload_async(client, path)
        order = uploads.ImportRun(id=sent.id, lead_list="Kraków", on_duplicate="update")
        job = await client.call(uploads.RUN, order)
        await ended(client, job.job, lambda job: job.updated > 500)
        edit = leads.LeadEdit(id=before[0].id, fields={"imię": "Ręczna"})
        await client.call(leads.EDIT, edit)
        busy = await refused(client, lists.REMOVE, lists.ListRemove(name="kraków", force=True))
        assert busy == "second.csv is being imported into “Kraków”: cancel that, or wait."
        await client.call(uploads.CANCEL, uploads.JobKey(job=job.job))
        over = await ended(client, job.job)
        assert (over.state, over.problem, over.kept) == ("cancelled", None, 0)
        after = await every_lead(client)
        assert after[0].fields == {"imię": "Ręczna", "miasto": "Kraków"}
        assert after[1:] == before[1:]
        again = await refused(client, uploads.CANCEL, uploads.JobKey(job=job.job))
        assert again == f"Import {job.job} is over: undo it instead."
        assert spooled(office) == []
    assert (await office.audit_lines())[0].action == "import.cancel"


async def every_lead(client: Client) -> list[leads.Lead]:
    found: list[leads.Lead] = []
    place: int | None = 0
    while place is not None:
        page = await client.call(leads.PAGE, leads.LeadsSearch(lead_list="Kraków", limit=500, after=place))
        found += page.leads
        place = page.next
    return found


async def test_a_list_made_by_a_cancelled_import_goes_with_it(office: Office, tmp_path: Path) -> None:
    path = numbers_file(tmp_path, LONG)
    async with office.client() as client:
        sent = await upload_async(client, path)
        job = await client.call(uploads.RUN, uploads.ImportRun(id=sent.id, lead_list="Nowa", create_list=True))
        await ended(client, job.job, lambda job: job.added > 0)
        await client.call(uploads.CANCEL, uploads.JobKey(job=job.job))
        assert (await ended(client, job.job)).state == "cancelled"
        assert (await client.call(lists.LIST, base.Nothing())).lists == []


async def test_an_import_cancelled_before_it_began_is_cancelled(office: Office, tmp_path: Path) -> None:
    async with office.client() as client:
        sent = await upload_async(client, numbers_file(tmp_path, LONG))
        job = await client.call(uploads.RUN, uploads.ImportRun(id=sent.id, lead_list="Nowa", create_list=True))
        await client.call(uploads.CANCEL, uploads.JobKey(job=job.job))
        over = await ended(client, job.job)
        assert (over.state, over.problem) == ("cancelled", None)
        assert (await client.call(lists.LIST, base.Nothing())).lists == []
        assert spooled(office) == []


async def test_an_import_whose_process_is_killed_is_taken_back(office: Office, tmp_path: Path) -> None:
    path = numbers_file(tmp_path, LONG)
    async with office.client() as client:
        sent = await upload_async(client, path)
        job = await client.call(uploads.RUN, uploads.ImportRun(id=sent.id, lead_list="Nowa", create_list=True))
        await ended(client, job.job, lambda job: job.added > 0)
        office.desk.imports._children[job.job]._process.kill()
        over = await ended(client, job.job)
        assert over.state == "failed"
        assert over.problem is not None
        assert (await client.call(lists.LIST, base.Nothing())).lists == []
        assert spooled(office) == []


async def test_what_a_dead_daemon_left_half_done_is_taken_back(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office, office.client() as client:
        await client.call(lists.ADD, base.Named(name="Kraków"))
        await office.import_numbers("Kraków", "+48600100200")
        folder = office.desk.imports.uploads.folder
        (folder / "old.upload").write_text("x")
        async with office.desk.database.write() as conn:
            from minidialer.store import imports as stored

            import_id = await stored.begin(conn, {"list_id": 1, "file_name": "y.csv", "started_at": noon()})
            await stored.insert_leads(conn, 1, import_id, [("+48600100300", "{}")])
            await stored.note(conn, import_id, {"added": 1})
            (lead_id,) = (await stored.known(conn, 1, ["+48600100200"]))["+48600100200"][1:2]
            with Journal(folder / "job-7.journal") as journal:
                journal.begin(import_id, 1, list_is_new=False)
                journal.update({lead_id: {"miasto": ("Łódź", "Nowe"), "nowe": (None, "x")}})
            await stored.update_fields(conn, {lead_id: {"imię": "Osoba 200", "miasto": "Nowe", "nowe": "x"}})
        with (folder / "job-7.journal").open("ab") as file:
            file.write(b'{"1": {"mia')  # the power went
    async with open_office(tmp_path) as office, office.client() as client:
        await until(lambda: spooled(office) == [])
        found = (await client.call(leads.PAGE, leads.LeadsSearch(lead_list="Kraków"))).leads
        assert [(lead.number, lead.fields) for lead in found] == [
            ("+48600100200", {"imię": "Osoba 200", "miasto": "Łódź"})
        ]


async def test_the_file_goes_with_the_connection(office: Office, tmp_path: Path) -> None:
    path = numbers_file(tmp_path, 3)
    async with office.client() as client, office.client() as other:
        sent = await upload_async(client, path)
        (kept,) = spooled(office)
        assert (kept.stat().st_mode & 0o777, kept.parent.stat().st_mode & 0o777) == (0o600, 0o700)
        assert "There is no such file" in await refused(other, uploads.PREVIEW, uploads.Reading(id=sent.id))
        piece = uploads.Chunk(id=sent.id, data="YQ==")
        assert "There is no such file" in await refused(other, uploads.CHUNK, piece)
    await until(lambda: spooled(office) == [])


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\b.csv", "b.csv"),
        ("..", ".."),
        ("a\n\x1b[31mb\u202e.csv", "a [31mb.csv"),
        ("/", "file"),
        ("x" * 255, "x" * 200),
    ],
)
async def test_a_file_name_is_only_shown(office: Office, name: str, shown: str) -> None:
    async with office.client() as client:
        begun = await client.call(uploads.UPLOAD, uploads.Upload(file_name=name, size=1))
        assert begun.file_name == shown
        assert [path.name for path in spooled(office)] == [f"{begun.id}.upload"]


async def test_quotas(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def piece(of: uploads.Uploading, data: bytes) -> uploads.Chunk:
        return uploads.Chunk(id=of.id, data=base64.b64encode(data).decode())

    monkeypatch.setattr(spool, "MOST_BYTES", 100)
    async with office.client() as client, office.client() as other:
        begun = [await client.call(uploads.UPLOAD, uploads.Upload(file_name="a", size=60)) for _ in range(4)]
        fifth = await refused(client, uploads.UPLOAD, uploads.Upload(file_name="a", size=60))
        assert "There are 4 files of yours" in fifth
        await client.call(uploads.CHUNK, piece(begun[0], b"x" * 60))
        assert "Too many files" in await refused(other, uploads.UPLOAD, uploads.Upload(file_name="a", size=60))
        assert "Too many files" in await refused(client, uploads.CHUNK, piece(begun[1], b"x" * 50))
        early = await refused(client, uploads.PREVIEW, uploads.Reading(id=begun[1].id))
        assert early == "Only 0 of the 60 bytes of a are there: send the rest."
        assert "longer than was said" in await refused(client, uploads.CHUNK, piece(begun[0], b"x"))
        assert len(spooled(office)) == 3
        assert "not base64" in await refused(client, uploads.CHUNK, uploads.Chunk(id=begun[1].id, data="%%%"))
        monkeypatch.setattr(spool, "SPARE_BYTES", 1 << 60)
        assert "no room" in await refused(other, uploads.UPLOAD, uploads.Upload(file_name="a", size=6))


async def test_who_falls_asleep_halfway_gives_up_the_place(tmp_path: Path) -> None:
    moment = [0.0]
    place = spool.Uploads(tmp_path, lambda: moment[0])
    place.take_over()
    slow, quick = place.begin(1, "a", 10), place.begin(2, "b", 1)
    await place.add(2, quick.id, b"x")
    moment[0] = spool.IDLE + 1
    place.begin(3, "c", 10)
    assert not slow.path.exists()
    assert place.whole(2, quick.id) is quick
    moment[0] += spool.LONGEST + 1
    place.begin(3, "d", 10)
    assert not quick.path.exists()


async def test_files_that_fit_one_by_one_do_not_fill_the_disk_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "MOST_BYTES", 1 << 60)
    monkeypatch.setattr(spool, "SPARE_BYTES", 1 << 20)
    place = spool.Uploads(tmp_path, lambda: 0.0)
    most = shutil.disk_usage(tmp_path).free * 6 // 10
    first = place.begin(1, "a", most)
    with pytest.raises(ControlError, match="no room"):
        place.begin(2, "b", most)
    place.forget(1)
    second = place.begin(2, "b", most)
    await place.add(2, second.id, b"x")
    monkeypatch.setattr(spool, "SPARE_BYTES", 1 << 60)  # as if others had filled it since
    with pytest.raises(ControlError, match="no room"):
        await place.add(2, second.id, b"x")
    assert not first.path.exists()
    assert not second.path.exists(), "its room is the store's"


async def test_a_file_no_process_survives_is_refused(office: Office, tmp_path: Path) -> None:
    bomb = tmp_path / "a.xlsx"
    bomb.write_bytes(b"PK\x03\x04" + os.urandom(500))
    async with office.client() as client:
        sent = await upload_async(client, bomb)
        seen = await client.call(uploads.PREVIEW, uploads.Reading(id=sent.id))
        assert seen.problem is not None
        assert "damaged" in seen.problem.text
        job = await run(client, sent.id)
        assert job.state == "failed"
        assert job.problem is not None
        assert (await client.call(lists.LIST, base.Nothing())).lists == []
        near = await refused(client, uploads.RUN, uploads.ImportRun(id=sent.id, lead_list="x"))
        assert "There is no such file" in near


async def test_a_preview_that_takes_too_long_is_given_up(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("minidialer.daemon.imports.work.PREVIEW_PATIENCE", 0.0)
    async with office.client() as client:
        sent = await upload_async(client, numbers_file(tmp_path, 3))
        assert "takes too long" in await refused(client, uploads.PREVIEW, uploads.Reading(id=sent.id))


async def test_no_more_than_two_imports_at_once(office: Office, tmp_path: Path) -> None:
    work: ImportWork = office.desk.imports
    async with office.client() as client:
        sent = await upload_async(client, numbers_file(tmp_path, LONG))
        order = uploads.ImportRun(id=sent.id, lead_list="Kraków", create_list=True, dry_run=True)
        jobs = [await client.call(uploads.RUN, order) for _ in range(2)]
        assert "2 imports are under way" in await refused(client, uploads.RUN, order)
        for job in jobs:
            await ended(client, job.job)
        assert "There is no import 5" in await refused(client, uploads.JOB, uploads.JobKey(job=5))
    assert all(job.over for job in work._jobs.values())


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: path.mkdir(), "is a directory"),
        (os.mkfifo, "is not a file"),
        (lambda path: path.touch(), "is empty"),
        (lambda path: None, "cannot be read"),
    ],
)
async def test_only_files_are_sent(office: Office, tmp_path: Path, make: Callable[[Path], None], says: str) -> None:
    path = tmp_path / "a.csv"
    make(path)
    async with office.client() as client:
        with pytest.raises(ValueError, match=f"(?i){says}"):
            await upload_async(client, path)


def test_an_order_is_one_line() -> None:
    order = Order(do="import", name="a\nb", path=Path("x\ny"))
    assert "\n" not in order.model_dump_json()
    assert Order.model_validate_json(order.model_dump_json()) == order


async def test_the_database_is_not_opened_for_a_look(tmp_path: Path) -> None:
    order = Order(do="preview", path=numbers_file(tmp_path, 2), name="a.csv", store=tmp_path / "none.sqlite")
    from minidialer.daemon.imports.child import working

    async with working(order) as child:
        news = [item async for item in child.news()]
    assert [item.state for item in news] == ["done"]
    assert not (tmp_path / "none.sqlite").exists()
