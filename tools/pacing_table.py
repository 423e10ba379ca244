"""The figures of docs/pacing.md: `python tools/pacing_table.py`, or `make pacing-table`.

Simulates our modes and, at their best in hindsight, what others do, in every cell of the page; writes build/pacing.json
and puts the tables between the marks of docs/pacing.md. Exits with 1 where predictive abandons more than the target, on
the whole or on more than one day in twenty, or does not keep agents busier than whatever else stays within the target.
Takes an hour or two of two cores; --quick takes minutes and proves nothing but that it works.
"""

import argparse
import json
import multiprocessing
import sys
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from minidialer.simulation.hindsight import best_power, best_vicidial
from minidialer.simulation.policy import policy_of
from minidialer.simulation.result import Result
from minidialer.simulation.scenario import Scenario
from minidialer.simulation.simulation import simulate

ROOT = Path(__file__).parents[1]
SIZES = (1, 3, 5, 10, 20, 50, 100, 200)
COLUMNS = {
    "progressive": "1:1",
    "power": "fixed overdial, hindsight",
    "vicidial": "VICIdial, hindsight",
    "shipped": "VICIdial as shipped",
    "webitel": "Webitel",
    "issabel": "Issabel",
    "predictive": "predictive",
}
SHIPPED = "vicidial:AVERAGE"
BASE = Scenario(hours=8)
TARGET = BASE.target / 100
DAYS_OVER = 0.05
DAYS = 10  # of predictive; the others show what they do after fewer
AGENT_DAYS, MOST_DAYS = 12, 4  # of the others, at least one day: the shorter, the more luck hindsight finds
AGENT_HOURS, LEAST_HOURS = 200, 2.0  # of the others on that one day, where a team is large
BEGIN, END = "<!-- pacing-table: begin -->\n", "<!-- pacing-table: end -->\n"


@dataclass(frozen=True, slots=True)
class Cell:
    """One row of one table."""

    table: str
    label: str
    scenario: Scenario


def cells() -> list[Cell]:
    """Every row of the page."""
    rows = [Cell("answer rate 0.3, talk 60 s", f"{n}", replace(BASE, agents=n)) for n in SIZES]
    rows += [Cell("the same, drifting through the day", f"{n}", replace(BASE, agents=n, drift=True)) for n in SIZES]
    for rate, talk in ((0.15, 60), (0.5, 60), (0.3, 180)):
        for n in (10, 50):
            scenario = replace(BASE, agents=n, answer_rate=rate, talk=float(talk))
            rows.append(Cell("other lists", f"{n}, answer rate {rate:g}, talk {talk} s", scenario))
    hard = {
        "10, answer rate 0.5 to 0.1 within a minute, and back": replace(BASE, agents=10, answer_rate=0.5, steps=True),
        "50, answer rate 0.5 to 0.1 within a minute, and back": replace(BASE, agents=50, answer_rate=0.5, steps=True),
        "20, all return from lunch in one second": replace(BASE, agents=20, lunch=True),
        "20 in five campaigns": replace(BASE, agents=20, campaigns=5),
        "20, two of them alone in the first half hour": replace(BASE, agents=20, cold_start=True),
        "20, with breaks, comings and goings": replace(BASE, agents=20, pauses=True, turnover=True),
        "20, bursts of dead numbers": replace(BASE, agents=20, bad_bursts=True),
    }
    return rows + [Cell("hard days", label, scenario) for label, scenario in hard.items()]


def quick(cell: Cell) -> Cell:
    """The same cell, much too short to say anything."""
    return replace(cell, scenario=replace(cell.scenario, hours=0.5, agents=min(cell.scenario.agents, 20)))


def run(task: tuple[Cell, str, int]) -> dict[str, Any]:
    """One figure of a row."""
    cell, kind, _ = task
    started, scenario = time.process_time(), _scenario(task)
    found = _found(kind, scenario)
    return {
        "table": cell.table,
        "row": cell.label,
        "kind": kind,
        "scenario": asdict(scenario),
        "result": found.as_dict() if found is not None else None,
        "seconds": round(time.process_time() - started, 1),
    }


def _scenario(task: tuple[Cell, str, int]) -> Scenario:
    cell, kind, most_days = task
    return replace(cell.scenario, days=_days(kind, cell.scenario.agents, most_days), hours=_hours(kind, cell.scenario))


def _days(kind: str, agents: int, most: int) -> int:
    if kind == "predictive":
        return most
    return max(1, min(most, MOST_DAYS, AGENT_DAYS // agents))


def _hours(kind: str, scenario: Scenario) -> float:
    if kind == "predictive":
        return scenario.hours
    return min(scenario.hours, max(LEAST_HOURS, AGENT_HOURS / scenario.agents))


def _found(kind: str, scenario: Scenario) -> Result | None:
    match kind:
        case "power":
            return best_power(scenario)
        case "vicidial":
            return best_vicidial(scenario)
        case "shipped":
            return simulate(scenario, policy_of(SHIPPED))
        case _:
            return simulate(scenario, policy_of(kind))


def tables(figures: list[dict[str, Any]], rows: list[Cell]) -> str:
    """Markdown: a table for each group of rows; utilisation in percent, abandons in brackets where not 0."""
    known = {(item["table"], item["row"], item["kind"]): item["result"] for item in figures}
    lines: list[str] = []
    for table in dict.fromkeys(cell.table for cell in rows):
        lines += [
            f"\n**{table[0].upper()}{table[1:]}**\n",
            f"| agents | {' | '.join(COLUMNS.values())} |",
        ]
        lines.append("|---" * (len(COLUMNS) + 1) + "|")
        for cell in (cell for cell in rows if cell.table == table):
            keys = [(table, cell.label, kind) for kind in COLUMNS]
            shown = [_cell_text(known[key], key[2]) if key in known else "" for key in keys]
            lines.append(f"| {cell.label} | {' | '.join(shown)} |")
    return "\n".join([*lines, ""])


def _cell_text(result: dict[str, Any] | None, kind: str) -> str:
    if result is None:
        return "none within the target"
    text = f"{100 * result['utilisation']:.1f}"
    if kind == "predictive":
        text = f"**{text}**"
    if result["abandoned"]:
        text += f" ({100 * result['abandon_rate']:.1f} %)"
    if kind == "predictive" and result["days_over_target"]:
        text += f", {result['days_over_target']} of {result['days']} days over"
    return text


def broken(figures: list[dict[str, Any]]) -> list[str]:
    """What docs/pacing.md promises and these figures do not show, a sentence each."""
    found: list[str] = []
    by_row: dict[str, dict[str, dict[str, Any]]] = {}
    for item in figures:
        if item["result"] is not None:
            by_row.setdefault(f"{item['table']}: {item['row']}", {})[item["kind"]] = item["result"]
    for row, results in by_row.items():
        ours = results.get("predictive")
        if ours is None:
            continue
        if ours["abandon_rate"] > TARGET:
            found.append(f"{row}: predictive abandons {100 * ours['abandon_rate']:.2f} %")
        if ours["days_over_target"] > DAYS_OVER * ours["days"]:
            found.append(f"{row}: {ours['days_over_target']} of {ours['days']} days are over the target")
        for kind, other in results.items():
            if kind != "predictive" and other["abandon_rate"] <= TARGET and other["utilisation"] >= ours["utilisation"]:
                found.append(f"{row}: {kind} keeps agents as busy")
    return found


def main() -> None:
    """Simulate, write, show, judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=multiprocessing.cpu_count())
    parser.add_argument("--days", type=int, default=DAYS, help="days of predictive")
    parser.add_argument("--only", default="", help="kinds of policies, parted by commas; the others stay as they were")
    parser.add_argument("--tables", default="", help="a part of the name of the tables wanted")
    parser.add_argument("--missing", action="store_true", help="leave figures that are there already")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--out", type=Path, help="build/pacing.json, or with --quick build/pacing-quick.json")
    parser.add_argument("--page", type=Path, default=ROOT / "docs" / "pacing.md")
    given = parser.parse_args()
    rows = [quick(cell) if given.quick else cell for cell in cells()]
    only = given.only.split(",") if given.only else list(COLUMNS)
    tasks = [
        (cell, kind, 1 if given.quick else given.days)
        for cell in rows
        for kind in COLUMNS
        if kind in only and given.tables in cell.table
    ]
    out = given.out or ROOT / "build" / ("pacing-quick.json" if given.quick else "pacing.json")
    figures = _collect(tasks, given.jobs, out, missing=given.missing)
    text = tables(figures, rows)
    print(text)
    if given.quick:
        return
    if given.page.exists():
        _put(text, given.page)
    if problems := broken(figures):
        sys.exit("\n".join(problems))


def _collect(tasks: list[tuple[Cell, str, int]], jobs: int, out: Path, *, missing: bool) -> list[dict[str, Any]]:
    """Run them, the longest first, writing after each; figures of earlier runs stay where no new one is."""
    out.parent.mkdir(parents=True, exist_ok=True)
    known: dict[tuple[str, str, str], dict[str, Any]] = {}
    if out.exists():
        known = {(item["table"], item["row"], item["kind"]): item for item in json.loads(out.read_text())}
    if missing:
        tasks = [task for task in tasks if not _is_known(known, task)]
    tasks.sort(key=lambda task: -task[0].scenario.agents)
    with multiprocessing.Pool(jobs, maxtasksperchild=1) as pool:
        for done, item in enumerate(pool.imap_unordered(run, tasks), 1):
            known[item["table"], item["row"], item["kind"]] = item
            out.write_text(json.dumps(list(known.values()), indent=1) + "\n")
            print(f"{done}/{len(tasks)} {item['table']}: {item['row']}: {item['kind']}", file=sys.stderr)
    return list(known.values())


def _is_known(known: dict[tuple[str, str, str], dict[str, Any]], task: tuple[Cell, str, int]) -> bool:
    """Is there a figure of this very scenario?"""
    item = known.get((task[0].table, task[0].label, task[1]))
    return item is not None and item["scenario"] == asdict(_scenario(task))


def _put(text: str, page: Path) -> None:
    before, begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _old, end, after = rest.partition(END)
    if begin and end:
        page.write_text(before + BEGIN + text + "\n" + END + after, encoding="utf-8")


if __name__ == "__main__":
    main()
