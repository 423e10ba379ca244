"""The file of leads a demonstration imports: numbers as people write them, names, notes; the same for the same seed."""

from __future__ import annotations

import csv
import random
from pathlib import Path

_PREFIXES = ("500", "505", "510", "515", "600", "604", "660", "664", "691", "695", "781", "785", "880", "888")
_FIRST_NAMES = ("Anna", "Piotr", "Małgorzata", "Łukasz", "Żaneta", "Stanisław", "Świętosława", "Józef", "Zofia")
_LAST_NAMES = ("Nowak", "Wiśniewska", "Wójcik", "Kowalczyk", "Źródlak", "Gżegżółka", "Dąbrowski", "Łęcka", "Mazur")
_CITIES = ("Warszawa", "Łódź", "Kraków", "Gdańsk", "Poznań", "Wrocław", "Święta Katarzyna")
_FORMS = (
    "{a}{b}{c}",
    "{a} {b} {c}",
    "{a}-{b}-{c}",
    "+48 {a} {b} {c}",
    "0048{a}{b}{c}",
    "48 {a}{b}{c}",
    "({a}) {b}-{c}",
)


def write_leads(path: Path, count: int, seed: int) -> None:
    """Write `count` leads with different numbers, as a semicolon-separated file in cp1250, as Polish Excel saves it."""
    dice = random.Random(seed)  # noqa: S311 — a run has to be repeatable, nothing here is secret
    with path.open("w", newline="", encoding="cp1250") as file:
        rows = csv.writer(file, delimiter=";")
        rows.writerow(("Telefon", "Imię", "Nazwisko", "Miasto", "Uwagi"))
        for serial in dice.sample(range(len(_PREFIXES) * 1_000_000), count):
            prefix, rest = divmod(serial, 1_000_000)
            parts = {"a": _PREFIXES[prefix], "b": f"{rest // 1000:03d}", "c": f"{rest % 1000:03d}"}
            names = (dice.choice(_FIRST_NAMES), dice.choice(_LAST_NAMES), dice.choice(_CITIES))
            rows.writerow((dice.choice(_FORMS).format(**parts), *names, f"klient nr {serial}"))
