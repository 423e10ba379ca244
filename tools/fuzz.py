"""Feed a target bytes found by coverage: `python tools/fuzz.py TARGET [SECONDS]`; without a target it lists them.

Needs atheris (pip install atheris), which neither the tests nor the product do. What opens new ways through the code is
added to minidialer/lab/hostile/corpora/TARGET, small; the tests feed it again in every run. A crash is
written there as well.
"""

import logging
import sys
from pathlib import Path

SECONDS = "60"
LONGEST = 4096  # bytes of one input


def main() -> int:
    """Run libFuzzer on the target."""
    sys.path.insert(0, str(Path(__file__).parents[1]))
    try:
        import atheris  # noqa: PLC0415
    except ImportError:
        print("atheris is not installed: pip install atheris, and try again.", file=sys.stderr)
        return 1
    with atheris.instrument_imports(include=["minidialer"]):
        from minidialer.lab.hostile.pieces import CORPORA  # noqa: PLC0415
        from tests.faults.fuzzing import TARGETS  # noqa: PLC0415
    logging.getLogger("minidialer").setLevel(logging.CRITICAL)  # what is skipped would be told a thousand times
    name, seconds = (*sys.argv[1:3], SECONDS)[:2] if len(sys.argv) > 1 else ("", SECONDS)
    if name not in TARGETS:
        print("Targets:", ", ".join(TARGETS), file=sys.stderr)
        return 2
    corpus = CORPORA / name
    corpus.mkdir(parents=True, exist_ok=True)
    options = [f"-max_total_time={seconds}", f"-max_len={LONGEST}", f"-artifact_prefix={corpus}/", "-timeout=30"]
    atheris.Setup([sys.argv[0], *options, str(corpus)], TARGETS[name])
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
