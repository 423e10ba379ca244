"""Where the lab's Asterisk comes from, and what is said when it comes from nowhere."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from minidialer.lab import debian, embedded
from minidialer.lab.embedded import ensure_asterisk
from minidialer.lab.errors import AsteriskUnavailableError


@pytest.mark.parametrize(
    ("listing", "archive"),
    [
        ("'http://mirror.test/debian/dists/bookworm/InRelease' x 0 ", "http://mirror.test/debian"),
        ("'http://mirror.test/debian//dists/trixie/InRelease' x 0 ", "http://mirror.test/debian"),
        (
            "'http://mirror.test/debian-security/dists/bookworm-security/InRelease' x 0 \n"
            "'http://mirror.test/debian/dists/bookworm-updates/InRelease' x 0 \n"
            "'http://mirror.test/debian/dists/stable/InRelease' x 0 ",
            "http://mirror.test/debian",
        ),
        ("'http://old.test/debian-security/dists/buster/updates/InRelease' x 0 ", None),
        ("'https://packages.test/node_20.x/dists/nodistro/InRelease' x 0 ", None),
        ("'http://archive.test/ubuntu/dists/noble/InRelease' x 0 ", None),
        (
            "'mirror+file:/etc/apt/mirrors/debian.list/dists/bookworm/InRelease' x 0 ",
            "mirror+file:/etc/apt/mirrors/debian.list",
        ),
        ("", None),
    ],
)
def test_the_main_archive_is_chosen_from_apts_own_words(listing: str, archive: str | None) -> None:
    assert debian.choose_archive(listing) == archive


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder, and no Asterisk installed."""
    monkeypatch.setenv("MINIDIALER_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv(embedded.CHOICE_VARIABLE, "fetch")
    return tmp_path / "cache"


@pytest.mark.pbx
def test_an_unreachable_archive_is_told_and_leaves_nothing(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(debian.ARCHIVE_VARIABLE, "http://127.0.0.1:9/debian")
    with pytest.raises(AsteriskUnavailableError, match=r"apt failed .*check the network, or install Asterisk 18"):
        ensure_asterisk()
    assert [path.name for path in nowhere.iterdir() if not path.name.endswith(".lock")] == []


def test_a_machine_without_apt_is_told(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(nowhere))
    with pytest.raises(
        AsteriskUnavailableError, match="has no apt-get and no dpkg-deb: use Debian, or install Asterisk 18"
    ):
        ensure_asterisk()


def test_a_machine_of_another_kind_is_told(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    with pytest.raises(AsteriskUnavailableError, match="cannot be fetched for Linux on riscv64"):
        ensure_asterisk()


@pytest.mark.pbx
def test_an_installed_asterisk_is_used_if_new_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fetched = ensure_asterisk()
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.delenv(embedded.CHOICE_VARIABLE, raising=False)
    program = tmp_path / "asterisk"
    for says, used in (("Asterisk 16.28.0", False), ("Asterisk 20.9.3", True), ("Asterisk certified/18.9-cert4", True)):
        program.write_text(f"#!/bin/sh\necho '{says}'\n")
        program.chmod(0o755)
        found = ensure_asterisk()
        assert (found.command == (str(program),)) is used
        assert used or found == fetched
    assert found.release == (18, 9)
    monkeypatch.setenv(embedded.CHOICE_VARIABLE, "/bin/true")
    with pytest.raises(AsteriskUnavailableError, match="names /bin/true, which is no Asterisk 18 or newer"):
        ensure_asterisk()


@pytest.mark.pbx
def test_fetching_again_costs_nothing() -> None:
    ensure_asterisk()
    done = subprocess.run(
        [sys.executable, "-m", "minidialer.lab.fetch"], capture_output=True, text=True, check=True, timeout=90
    )
    assert done.stdout.startswith("Asterisk ")
    assert done.stderr == ""


def test_two_at_once_fetch_once(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second waits for the first and then finds it done; `debian.fetch` is stood in for by a slow copy."""
    fetched: list[Path] = []
    entered = threading.Event()

    def slow(bundle: debian.Bundle, target: Path, progress: debian.Progress) -> None:
        entered.set()
        (target / "root/usr/share/asterisk/sounds/en_US_f").mkdir(parents=True)
        fetched.append(target)
        threading.Event().wait(0.3)

    monkeypatch.setattr(debian, "fetch", slow)
    monkeypatch.setattr(embedded, "_version", lambda command: "22.0.0")
    threads = [threading.Thread(target=ensure_asterisk) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert entered.is_set()
    assert len(fetched) == 1
