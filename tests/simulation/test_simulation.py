"""The simulator: its world is the one it says, its books balance, and the same seed gives the same figures."""

import json
from dataclasses import replace
from gettext import NullTranslations
from pathlib import Path
from xml.etree import ElementTree

import pytest

from minidialer import i18n
from minidialer.cli import main
from minidialer.domain.agent import AgentState
from minidialer.domain.sentence import RefusedError
from minidialer.simulation.curve import Curve, Point, draw, families
from minidialer.simulation.policy import policy_of
from minidialer.simulation.result import Result
from minidialer.simulation.scenario import Scenario
from minidialer.simulation.simulation import Simulation, simulate
from minidialer.simulation.stage import stage_of

SHORT = Scenario(agents=5, hours=0.5, days=2)
KEYS = [
    "policy",
    "agents",
    "utilisation",
    "talk_utilisation",
    "mean_wait_s",
    "abandon_rate",
    "answered",
    "abandoned",
    "attempts",
    "days",
    "days_over_target",
]
WORLDS = {
    "plain": SHORT,
    "drift": replace(SHORT, drift=True),
    "steps": replace(SHORT, steps=True, hours=1.2, days=1),
    "bursts": replace(SHORT, bad_bursts=True, hours=0.8, days=1),
    "people": replace(SHORT, pauses=True, turnover=True, hours=2, agents=12, days=2),
    "lunch": replace(SHORT, lunch=True, hours=1, days=1),
    "cold start": replace(SHORT, cold_start=True, hours=1.5, days=1),
    "campaigns": replace(SHORT, campaigns=3, channels=6),
}


def staged(scenario: Scenario, policy: str) -> Simulation:
    return Simulation(stage_of(scenario, policy_of(policy)), policy_of(policy))


@pytest.mark.parametrize("agents", [3, 20])
def test_one_to_one_gives_what_was_measured(agents: int) -> None:
    """Answer rate 0.3, talks of a minute: 56 % at every team size, and nobody is abandoned."""
    found = simulate(Scenario(agents=agents, hours=60 / agents), policy_of("progressive"))
    assert found.utilisation == pytest.approx(0.56, abs=0.03)
    assert found.abandoned == 0
    assert found.answered / found.attempts == pytest.approx(0.3, abs=0.02)


@pytest.mark.parametrize("policy", ["progressive", "power:80", "predictive", "vicidial:AVERAGE", "webitel", "issabel"])
def test_the_same_seed_gives_the_same_figures(policy: str) -> None:
    first, again = (simulate(SHORT, policy_of(policy)) for _ in range(2))
    assert first == again
    other = simulate(replace(SHORT, seed=2), policy_of(policy))
    assert other.attempts != first.attempts


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("policy", ["power:150", "predictive"])
def test_the_books_balance(world: str, policy: str) -> None:
    """Every call ends, everybody goes home, and nobody worked longer than the shift."""
    scenario = WORLDS[world]
    simulation = staged(scenario, policy)
    live: list[int] = []
    call = simulation.stage.callees.fate

    def counting(second: float) -> object:
        live.append(len(simulation.floor.attempts))
        return call(second)

    simulation.stage.callees.fate = counting  # type: ignore[method-assign, assignment]
    found = simulation.run()
    assert not simulation.floor.attempts
    assert all(agent.state is AgentState.LOGGED_OUT for agent in simulation.floor.agents.values())
    assert found.attempts == len(live) > 0
    assert max(live) <= scenario.channels
    assert 0 <= found.abandoned <= found.answered <= found.attempts
    assert 0 < found.talk_utilisation < found.utilisation < 1
    spent = sum(simulation.tally.seconds.values())
    assert spent <= scenario.agents * scenario.hours * 3600 * scenario.days * 1.001


def test_retries_follow_the_campaign() -> None:
    """Numbers not reached are called again after an hour, at most as often as the campaign says."""
    simulation = staged(Scenario(agents=10, hours=6, answer_rate=0.1), "progressive")
    called: dict[str, int] = {}
    stock = simulation.world.stocks[1]
    pick = stock._pick

    def counting(attempt_id: int, max_retries: int) -> object:
        found = pick(attempt_id, max_retries)
        if found is not None:
            called[found.number] = called.get(found.number, 0) + 1
        return found

    stock._pick = counting  # type: ignore[method-assign, assignment]
    simulation.run()
    assert max(called.values()) == 1 + simulation.floor.campaigns[1].settings.max_retries


def test_pauses_are_no_working_time() -> None:
    scenario = replace(SHORT, lunch=True, hours=2, days=1)
    simulation = staged(scenario, "progressive")
    simulation.run()
    away = simulation.tally.seconds[AgentState.PAUSED]
    assert away == pytest.approx(5 * (1800 - 150), rel=0.2)  # half an hour, begun within five minutes


def test_a_wrong_policy_is_refused() -> None:
    for name in (
        "fast",
        "power",
        "power:many",
        "power:5000",
        "vicidial",
        "vicidial:SOFT",
        "power:²",
        "power:٣",
        "vicidial:AVERAGE:0",
        "vicidial:AVERAGE:nan",
        "vicidial:AVERAGE:1_0",
        "webitel:3",
    ):
        with pytest.raises(RefusedError, match="There is no policy"):
            policy_of(name)


def test_the_command_prints_every_figure(capsys: pytest.CaptureFixture[str]) -> None:
    typed = ["simulate", "--policy", "progressive", "--agents", "4", "--hours", "0.5", "--seed", "3", "--json"]
    assert main.run(typed) == 0
    printed = json.loads(capsys.readouterr().out)
    assert list(printed) == KEYS
    assert printed == simulate(Scenario(agents=4, hours=0.5, seed=3), policy_of("progressive")).as_dict()


def test_the_command_rings_as_long_as_it_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    typed = ["simulate", "--policy", "progressive", "--hours", "0.5", "--json", "--ring-timeout", "7"]
    assert main.run(typed) == 0
    short = Scenario(hours=0.5, ring_timeout=7)
    assert json.loads(capsys.readouterr().out) == simulate(short, policy_of("progressive")).as_dict()


def test_the_command_compares(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["simulate", "--policy", "progressive", "--policy", "power:100", "--hours", "0.5"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("\t")[0] for line in lines] == ["policy", "progressive", "power:100"]


def test_the_command_knows_no_other_policy(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["simulate", "--policy", "fast"]) == 2
    assert "progressive, power:P, predictive" in capsys.readouterr().err


def test_a_curve_shows_what_fits() -> None:
    points = (Point("+0 %", 0.0, 56.0), Point("+100 %", 2.0, 71.5), Point("+900 %", 55.0, 97.0))
    picture = ElementTree.fromstring(draw([Curve("power & more", points), Curve("none", ())], Scenario()))
    titles = [item.text for item in picture.iter("{http://www.w3.org/2000/svg}title")]
    assert titles == [
        "power & more +0 %: 56.0 % used, 0.00 % abandoned",
        "power & more +100 %: 71.5 % used, 2.00 % abandoned",
    ]
    texts = {item.text for item in picture.iter("{http://www.w3.org/2000/svg}text")}
    assert {"power & more", "none (over 10 %)", "50 %", "100 %"} <= texts


def test_the_command_draws(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "curve.svg"
    assert main.run(["simulate", "--agents", "2", "--hours", "0.1", "--curve", str(file)]) == 0
    assert capsys.readouterr().out == ""
    picture = ElementTree.parse(file).getroot()
    assert any(item.text == "2 agents, answer rate 0.3, talk 60 s, wrap-up 25 s" for item in picture.iter())
    assert main.run(["simulate", "--curve", str(tmp_path / "none" / "curve.svg")]) == 1
    assert "cannot be written: No such file or directory." in capsys.readouterr().err


class Marking(NullTranslations):
    """Says of each text that it was asked for."""

    def gettext(self, message: str) -> str:
        return f"«{message}»"


def test_every_word_of_a_curve_can_be_translated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "_catalogue", [Marking()])
    monkeypatch.setattr(i18n, "_spoken", ["pl"])
    scenario = Scenario(agents=1, hours=0.1, answer_rate=0.35, drift=True)
    picture = ElementTree.fromstring(draw([*families(scenario), Curve("none", ())], scenario))
    texts = [
        item.text or "" for kind in ("title", "text") for item in picture.iter(f"{{http://www.w3.org/2000/svg}}{kind}")
    ]
    assert "«1 agents, answer rate 0,35, talk 60 s, wrap-up 25 s», «drifting»" in texts
    assert {"«abandoned, of those answered»", "«utilisation»", "«none (over 10 %)»"} <= set(texts)
    assert any(text.startswith("«webitel «target 0,5 %»: ") for text in texts)
    assert any(text.startswith("«vicidial HARD_LIMIT «max 1,25»: ") for text in texts)
    names = {"power", "predictive", "vicidial HARD_LIMIT", "vicidial AVERAGE", "webitel", "issabel"}
    words = {text for text in texts if text not in names and not text.removesuffix(" %").isdigit()}
    assert {text for text in words if not text.startswith("«")} == set()


def test_where_a_curve_cannot_go_nothing_is_simulated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    typed = ["simulate", "--policy", "progressive", "--hours", "0.1", "--curve", str(tmp_path)]
    assert main.run(typed) == 1
    assert capsys.readouterr() == ("", f"{tmp_path} cannot be written: Is a directory.\n")


def test_days_over_target_are_counted_one_by_one() -> None:
    scenario = replace(SHORT, days=4, agents=10)
    wild, calm = (simulate(scenario, policy_of(name)) for name in ("power:400", "progressive"))
    assert (wild.days, wild.days_over_target) == (4, 4)
    assert isinstance(calm, Result)
    assert calm.days_over_target == 0
