"""Processes that read files: none outlives whoever wanted it, whenever that one stops."""

import asyncio
import gc
import os
from pathlib import Path

import pytest

from minidialer.daemon.imports.child import working
from minidialer.importing.order import Order


def _children() -> set[str]:
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split())


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("steps", [1, 2, 3, 5, 8])
async def test_one_given_up_while_it_starts_leaves_nothing(tmp_path: Path, steps: int) -> None:
    path = tmp_path / "numbers.csv"
    path.write_text("600100200\n", encoding="utf-8")

    before = _children()

    async def look() -> None:
        async with working(Order(do="preview", path=path, name=path.name)) as child:
            async for _news in child.news():
                return

    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(look())
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
    assert task.cancelled()
    gc.collect()
    assert _children() <= before  # one of another test may end meanwhile


async def test_one_that_has_ended_is_reaped_by_the_loop_alone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(5):
        async with working(Order(do="preview", path=tmp_path / "none.csv", name="none.csv")) as child:
            async for _news in child.news():
                pass  # at its end it is dying, or dead and not waited for yet
    assert "Unknown child process" not in caplog.text
