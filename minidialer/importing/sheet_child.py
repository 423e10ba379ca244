"""Reads one spreadsheet in a process of its own and writes its rows to stdout, one JSON array of texts a line.

The reader of spreadsheets takes memory for the whole rectangle of cells at once and aborts its process when
there is none: a sheet of two cells in opposite corners asks for 512 GB, and damaged files make it panic. Here
that ends this process and nothing else. Run by path, with no package of ours imported, so that it starts in an instant.

The last line is {"error": CODE} when the file cannot be read, or {"end": true}; without it, the process died.
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


def sheet_rows(path: str) -> Iterator[list[str]]:
    """Yield the rows of the first sheet that is shown and not empty, from row 1 and column A on."""
    with python_calamine.load_workbook(path) as workbook:
        sheets = [
            sheet
            for sheet in workbook.sheets_metadata
            if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
            and sheet.visible == python_calamine.SheetVisibleEnum.Visible
        ]
        for metadata in sheets:
            sheet = workbook.get_sheet_by_name(metadata.name)
            if sheet.start is None:
                continue
            left = [""] * sheet.start[1]
            for row in sheet.iter_rows():
                yield left + [cell_text(cell) for cell in row]
            return


def main(path: str) -> None:
    """Write the rows of the spreadsheet at `path`."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    write = sys.stdout.write
    try:
        for row in sheet_rows(path):
            write(json.dumps(row) + "\n")
    except python_calamine.PasswordError:
        write('{"error": "encrypted"}\n')
    except (python_calamine.CalamineError, MemoryError, ValueError, OSError):
        write('{"error": "damaged"}\n')
    else:
        write('{"end": true}\n')


if __name__ == "__main__":
    main(sys.argv[1])
