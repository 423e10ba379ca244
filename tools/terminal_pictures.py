"""Pictures of the supervisor's terminal, drawn by its own screens: `python tools/terminal_pictures.py docs/pictures`.

The screens are the real ones. What they show is made up (terminal_world.py) and told to them over a real socket by the
stand-in daemon of the tests: a picture is the same each time, whatever the clock and the dice of the day.
"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from textual.pilot import Pilot

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))  # the stand-in daemon is among the tests

import terminal_world  # noqa: E402

from minidialer import i18n  # noqa: E402
from minidialer.tui.app import SupervisorApp  # noqa: E402
from minidialer.tui.page import Page  # noqa: E402
from minidialer.tui.places import page_class  # noqa: E402
from tests.tui.harness import press, settled  # noqa: E402
from tests.tui.stand_in import serving  # noqa: E402

WIDTH = 132  # columns
LARGEST = 150_000  # bytes of a picture
_FONT_FACES = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
_FONTS = "'Fira Code', 'DejaVu Sans Mono', Menlo, Consolas, monospace"


@dataclass(frozen=True)
class Picture:
    """So many lines of a place, or of a page opened over it; keys pressed before it is drawn."""

    name: str
    lines: int
    place: str = "overview"
    page: Callable[[Path], Page] | None = None
    keys: tuple[str, ...] = ()


PICTURES = (
    Picture("terminal-overview", 22),
    Picture("terminal-live", 34, page=lambda _file: page_class("live:LivePage")(terminal_world.CAMPAIGN)),
    Picture(
        "terminal-import",
        26,
        "import",
        page=lambda file: page_class("new_import:NewImportPage")(file, terminal_world.LEAD_LIST),
    ),
    Picture("terminal-statistics", 34, "statistics"),
)


async def draw(picture: Picture, socket: Path, file: Path) -> str:
    """The picture as SVG."""
    app = SupervisorApp(socket, zone=ZoneInfo("Europe/Warsaw"), clock=lambda: terminal_world.NOW)
    async with app.run_test(size=(WIDTH, picture.lines)) as pilot:
        await settled(pilot)
        await _go(pilot, app, picture, file)
        await press(pilot, *picture.keys)
        return app.export_screenshot(title="minidialer tui")


async def _go(pilot: Pilot[None], app: SupervisorApp, picture: Picture, file: Path) -> None:
    if picture.place != app.current_mode:
        app.go(picture.place)
        await settled(pilot)
    if picture.page is not None:
        app.open(picture.page(file))
        await settled(pilot)


def cleaned(svg: str) -> str:
    """Without fonts to be fetched from elsewhere, which a picture in a page may not; with names that stay the same."""
    svg = _FONT_FACES.sub("", svg).replace("Fira Code, monospace", _FONTS)
    return re.sub(r"terminal-\d+-", "terminal-", svg)


async def main(folder: Path) -> None:
    """All pictures in all languages."""
    with tempfile.TemporaryDirectory(prefix="minidialer-pictures-") as name:
        file = Path(name) / "klienci-maj.csv"
        terminal_world.write_file(file)
        with serving(terminal_world.call_centre(file), Path(name)) as daemon:
            for language in i18n.LANGUAGES:
                i18n.set_language(language)
                for picture in PICTURES:
                    svg = cleaned(await draw(picture, daemon.socket, file)).encode()
                    target = folder / f"{picture.name}-{language}.svg"
                    if len(svg) > LARGEST:
                        raise SystemExit(f"{target} is larger than {LARGEST // 1000} kB: show less in it.")
                    target.write_bytes(svg)
                    print(f"{target}: {len(svg) / 1000:.0f} kB")


if __name__ == "__main__":
    target_folder = Path(sys.argv[1])
    target_folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(target_folder))
