"""Predictive and progressive side by side on the real Asterisk: `make pacing-on-asterisk`.

Writes build/pacing-asterisk.json, the decisions beside it, and the table of docs/pacing.md; takes the 11 minutes it
calls and two more. Keep the machine quiet: what it is late with is lost. Ends with 1 when a decision breaks a rule, the
books differ, predictive is no busier than progressive, or abandons more than docs/pacing.md says it can.
"""

import argparse
import asyncio
import json
import tempfile
from pathlib import Path

from minidialer.lab.decision_record import faults, write_decisions
from minidialer.lab.pacing_trial import MODES, PacingTrial, TrialOptions, TrialResult

ROOT = Path(__file__).parents[1]
BEGIN, END = "<!-- pacing-asterisk: begin -->\n", "<!-- pacing-asterisk: end -->\n"


def table(result: TrialResult) -> str:
    """Markdown: a row for each mode."""
    lines = ["| mode | utilisation | calls | answered | abandoned |", "|---|---|---|---|---|"]
    for mode in MODES:
        found = result.modes[mode]
        abandoned = f"{found.abandoned} ({found.abandon_rate:.2f} %)" if found.abandoned else "0"
        lines.append(
            f"| `{mode}` | {100 * found.utilisation:.1f} % | {found.attempts} | {found.answered} | {abandoned} |"
        )
    return "\n".join(lines)


def main() -> int:
    """Run it, write it, show it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=600, help="measured")
    parser.add_argument("--warm-up", type=float, default=60, help="seconds before")
    parser.add_argument("--robots", type=int, default=20, help="in each campaign")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--home", type=Path, help="a folder for logs and store, kept; else a temporary one")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "pacing-asterisk.json")
    parser.add_argument("--page", type=Path, help="put the table into this page, like docs/pacing.md")
    given = parser.parse_args()
    options = TrialOptions(given.robots, given.warm_up, given.seconds, given.seed, to_the_end=True)
    with tempfile.TemporaryDirectory(prefix="minidialer-pacing-") as folder:
        result = asyncio.run(PacingTrial(options, given.home or Path(folder)).run())
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(result.as_dict(), indent=1) + "\n")
    lines = result.decisions["predictive"]
    write_decisions(lines, given.out.with_suffix(".decisions.jsonl"))
    wrong = [f"{line.at} {line.reason}: {fault}" for line in lines for fault in faults(line)]
    wrong += [*result.books.differences, *result.broken]
    print(table(result), *wrong, sep="\n")
    if given.page is not None:
        _put(table(result), given.page)
    return 1 if wrong else 0


def _put(text: str, page: Path) -> None:
    before, begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _old, end, after = rest.partition(END)
    if begin and end:
        page.write_text(f"{before}{BEGIN}{text}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
