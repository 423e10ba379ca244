"""Reads one spreadsheet in a process of its own and writes its rows to stdout, one JSON array of texts a line.

The reader of spreadsheets takes memory for the whole rectangle of cells at once and aborts its process when
there is none: a sheet of two cells in opposite corners asks for 512 GB, and damaged files make it panic. Here
that ends this process and nothing else. Run by path, with no package of ours imported, so that it starts in an instant.

The first line is {"sheets": [...], "sheet": NAME}: those that are shown, and the one whose rows follow. The last line
is {"error": CODE} when the file cannot be read, or {"end": true}; without it, the process died.
"""

import datetime
import json
import resource
import sys
from collections.abc import Iterator

import python_calamine

MEMORY_BYTES = 3 << 30
CPU_SECONDS = 600

Cell = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta | None


def cell_text(cell: Cell) -> str:
    """The cell as a person sees it: 600100200.0 is 600100200, dates are ISO, a truth value is TRUE or FALSE."""
    match cell:
        case str():
            return cell
        case None:
            return ""
        case bool():
            return "TRUE" if cell else "FALSE"
        case float():
            # 15 digits are what a spreadsheet keeps and shows.
            return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else f"{cell:.15g}"
        case datetime.datetime():
            if cell.time() == datetime.time.min:
                return cell.date().isoformat()
            return cell.isoformat(sep=" ", timespec="seconds")
        case datetime.date() | datetime.time():
            return cell.isoformat()
    return str(cell)


def choose(workbook: python_calamine.CalamineWorkbook, wanted: str | None) -> tuple[list[str], str | None]:
    """The sheets that are shown, and the wanted one, or the first that is not empty (None: there is none)."""
    shown = [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
        and sheet.visible == python_calamine.SheetVisibleEnum.Visible
    ]
    if wanted is not None:
        return shown, wanted if wanted in shown else None
    filled = (name for name in shown if workbook.get_sheet_by_name(name).start is not None)
    return shown, next(filled, None)


def sheet_rows(sheet: python_calamine.CalamineSheet) -> Iterator[list[str]]:
    """Yield its rows, from row 1 and column A on."""
    if sheet.start is not None:
        left = [""] * sheet.start[1]
        for row in sheet.iter_rows():
            yield left + [cell_text(cell) for cell in row]


def write_sheet(path: str, wanted: str | None) -> None:
    """Write the first line and the rows."""
    write = sys.stdout.write
    with python_calamine.load_workbook(path) as workbook:
        names, chosen = choose(workbook, wanted)
        write(json.dumps({"sheets": names, "sheet": chosen}) + "\n")
        if chosen is not None:
            for row in sheet_rows(workbook.get_sheet_by_name(chosen)):
                write(json.dumps(row) + "\n")


def main(path: str, wanted: str | None = None) -> None:
    """Write the rows of the spreadsheet at `path`: of the wanted sheet, or of the first that is not empty."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        _, present = resource.getrlimit(what)  # whoever runs us may have set a lower one
        limit = most if present == resource.RLIM_INFINITY else min(most, present)
        resource.setrlimit(what, (limit, limit))
    try:
        write_sheet(path, wanted)
    except python_calamine.PasswordError:
        sys.stdout.write('{"error": "encrypted"}\n')
    except (python_calamine.CalamineError, MemoryError, ValueError, OSError):
        sys.stdout.write('{"error": "damaged"}\n')
    else:
        sys.stdout.write('{"end": true}\n')


if __name__ == "__main__":
    main(*sys.argv[1:])
