"""A fault in its short version, as a test."""

from pathlib import Path

from minidialer.lab.chaos import every_fault, try_fault


async def assert_harmless(name: str, home: Path, *, times: int | None = None, seed: int = 1) -> None:
    """Try the fault; everything it counts must be zero."""
    told: list[str] = []
    fault = every_fault()[name]
    outcome = await try_fault(
        fault, home, seed=seed, progress=lambda done, what: told.append(f"{done} {what}"), times=times, short=True
    )
    assert outcome.good, "\n".join((*outcome.details, *told[-3:]))
