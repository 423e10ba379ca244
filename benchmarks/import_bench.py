"""Rows a second of the import's reading half, as a share of what csv.reader alone reaches on the same file.

Run: python benchmarks/import_bench.py [--rows N] [--json]
"""

import argparse
import csv
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import phonenumbers

from minidialer.importing.numbers import number_rules
from minidialer.importing.reader import open_source

SEED = 1
REPEATS = 3


def main() -> None:
    """Measure, and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measured = measure(Path(folder), arguments.rows)
    if arguments.json:
        json.dump(measured, sys.stdout)
        return
    for key, value in measured.items():
        sys.stdout.write(f"{key:28} {value:>12,.2f}\n")


def measure(folder: Path, rows: int) -> dict[str, float]:
    """Rows or numbers a second, and ratios; each is the best of several runs, taken in turn."""
    plain, written = folder / "plain.csv", folder / "written.csv"
    write_list(plain, rows, spaced=False)
    write_list(written, rows, spaced=True)
    numbers = [f"60{number:07d}" for number in random.Random(SEED).sample(range(10**7), 2000)]
    floor = import_plain = import_written = short_way = long_way = 0.0
    for _ in range(REPEATS):
        floor = max(floor, rate(rows, lambda: read_with_csv(plain)))
        import_plain = max(import_plain, rate(rows, lambda: read_with_import(plain)))
        import_written = max(import_written, rate(rows, lambda: read_with_import(written)))
        short_way = max(short_way, rate(len(numbers), lambda: normalise(numbers)))
        long_way = max(long_way, rate(len(numbers), lambda: normalise_with_phonenumbers(numbers)))
    return {
        "csv.reader rows/s": floor,
        "import, plain numbers rows/s": import_plain,
        "import, +48 600 100 200": import_written,
        "plain / csv.reader": import_plain / floor,
        "numbers/s": short_way,
        "phonenumbers numbers/s": long_way,
        "numbers / phonenumbers": short_way / long_way,
    }


def write_list(path: Path, rows: int, *, spaced: bool) -> None:
    """A list as it comes from a CRM: number, two names, a town, a note."""
    chance = random.Random(SEED)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["telefon", "imię", "nazwisko", "miasto", "uwagi"])
        for row in range(rows):
            number = f"60{chance.randrange(10**7):07d}"
            if spaced:
                number = f"+48 {number[:3]} {number[3:6]} {number[6:]}"
            writer.writerow([number, "Łucja", "Gżegżółka", "Kraków", f"klient {row}"])


def rate(units: int, run: Callable[[], object]) -> float:
    """Units a second of one run."""
    started = time.perf_counter()
    run()
    return units / (time.perf_counter() - started)


def read_with_csv(path: Path) -> None:
    """The floor: nothing checked, nothing kept."""
    with path.open(encoding="utf-8", newline="") as file:
        for _ in csv.reader(file, delimiter=";"):
            pass


def read_with_import(path: Path) -> None:
    """All that the import does before the store."""
    with open_source(path) as source:
        for _ in source:
            pass


def normalise(numbers: list[str]) -> None:
    """Our own way for plain numbers."""
    to_e164 = number_rules().to_e164
    for number in numbers:
        to_e164(number)


def normalise_with_phonenumbers(numbers: list[str]) -> None:
    """What the short way saves."""
    for number in numbers:
        parsed = phonenumbers.parse(number, "PL")
        if phonenumbers.is_valid_number(parsed):
            phonenumbers.number_type(parsed)
            phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


if __name__ == "__main__":
    main()
