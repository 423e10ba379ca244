"""Pacing in Polish: every sentence of it is translated, and its decimals have a comma."""

from collections.abc import Iterator

import pytest
from rich.console import Console

from minidialer import i18n
from minidialer.cli import pacing as cli
from minidialer.control.models.pacing import Account, Advice, Budget, Learned
from minidialer.tui.screens import advice as tui
from minidialer.tui.screens.pacing import account_grid

LEARNED = Learned(
    answers=0, answer_rate=28.5, answer_rate_error=2.9, ring_seconds=9.2, talk_seconds=95.4, wrap_up_seconds=20.5
)
ADVICE = Advice(
    campaign="Wiosna", mode="power", agents=8, team="joined", learned=LEARNED, assumed=["talk_seconds"], hours=2.5,
    rows=[],
)  # fmt: skip
ACCOUNT = Account(answered=100, abandoned=4, rate=4.0, bound=8.1, earned=2.5, spent=4, left=-1.5)
BUDGET = Budget(
    target=2.5, today=ACCOUNT, window=ACCOUNT, window_days=30, room=-1.5, credit=0.0, empty=False, exceeded=True
)


@pytest.fixture(autouse=True)
def _polish() -> Iterator[None]:
    i18n.set_language("pl")
    yield
    i18n.set_language("en")


def test_the_command_tells_what_was_simulated() -> None:
    first, second = cli.about(ADVICE).splitlines()
    assert first.endswith("28,5 % odbiera po 9,2 s, rozmowa 95,4 s, formularz 20,5 s; symulowano 2,5 h")
    assert second == "Założone: rozm.; nic jeszcze o tym nie wiadomo."


def test_the_form_tells_what_was_simulated() -> None:
    assert tui.about(ADVICE).plain.endswith("odbiera 28,5 %, rozmowa 95,4 s, form. 20,5 s")


def test_the_page_shows_the_account() -> None:
    console = Console(width=120)
    with console.capture() as shown:
        console.print(account_grid(BUDGET))
    assert "Budżet: przekroczony" in shown.get()
    assert " 2,5 %" in shown.get()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, "przekroczony: porzucono więcej, niż wolno"),
        ({"empty": True}, "pusty: po jednym połączeniu na wolnego agenta"),
        ({"exceeded": False, "room": 2.5}, "otwarty: może przepaść 2,5"),
        ({"exceeded": False, "room": 2.5, "credit": 4.0}, "otwarty: może przepaść 2,5, z tego 4 na poczet"),
    ],
)
def test_the_command_tells_what_may_be_lost(change: dict[str, object], said: str) -> None:
    assert cli.state_of(BUDGET.model_copy(update=change)) == said
