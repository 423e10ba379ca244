"""Metrics as a monitor reads them."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from minidialer.control.models import base, system, watch
from minidialer.domain.agent import AgentState

from .office import Office, until
from .test_control_seat import open_shop

HOSTILE = 'Wio"sna\\ \n 漢字'


def read(text: str) -> dict[tuple[str, str], float]:
    """By name without the prefix, and the labels' values."""
    found: dict[tuple[str, str], float] = {}
    for family in text_string_to_metric_families(text):
        assert family.name.startswith("minidialer"), family.name
        assert family.documentation, family.name
        for sample in family.samples:
            key = sample.name.removeprefix("minidialer_"), " ".join(sample.labels.values())
            assert key not in found, key
            found[key] = sample.value
    return found


async def test_a_call_is_seen_from_the_first_ring_to_the_account(office: Office) -> None:
    async with office.client() as client:
        await open_shop(office, client, pacing_mode="predictive")
        before = read((await client.call(system.METRICS, base.Nothing())).text)
        attempt, _agent = await office.connect_customer()
        talking = read((await client.call(system.METRICS, base.Nothing())).text)
        office.customer_hangs_up(attempt)
        await until(lambda: not office.floor.attempts)
        await office.desk.engine.flushed()
        after = read((await client.call(system.METRICS, base.Nothing())).text)
    assert before["link_up", ""] == office.link.connected
    assert before["agents", "Wiosna ready"] == 1
    assert before["abandon_budget_earned", "Wiosna day"] == before["attempts_total", "Wiosna answered"] == 0
    assert talking["agents", "Wiosna in_call"] == talking["calls", "Wiosna connected"] == 1
    assert talking["trunk_channels_in_use", "carrier"] == 1
    assert after["attempts_total", "Wiosna answered"] == after["connected_calls_total", "Wiosna"] == 1
    assert after["calls", "Wiosna connected"] == after["trunk_channels_in_use", "carrier"] == 0
    for window in ("day", "30d"):
        assert after["abandon_budget_earned", f"Wiosna {window}"] == pytest.approx(0.03)
        assert after["abandon_budget_left", f"Wiosna {window}"] == pytest.approx(0.03)
        assert after["abandon_ratio", f"Wiosna {window}"] == 0 < after["abandon_ratio_bound", f"Wiosna {window}"] < 1
    assert after["pacing_decisions_total", "Wiosna"] > before["pacing_decisions_total", "Wiosna"] > 0
    assert after["pacing_limit", "Wiosna learning"] == 1
    assert after["pacing_limit", "Wiosna risk"] == 0
    assert ("pacing_answer_ratio", "Wiosna") in after
    assert not {("pacing_risk_ratio", "Wiosna"), ("pacing_soon_free_agents", "Wiosna")} & set(after), "nobody asked"
    assert sum(value for (name, _labels), value in after.items() if name == "agents") == len(office.floor.agents)
    assert {labels.split()[-1] for name, labels in after if name == "agents"} == {state.value for state in AgentState}


async def test_the_daemon_tells_what_must_not_grow(office: Office) -> None:
    async with office.client() as client:
        await open_shop(office, client)
        alone = read((await client.call(system.METRICS, base.Nothing())).text)
        async with office.client() as other:
            await other.call(watch.SUBSCRIBE, watch.WatchSubscribe())
            both = read((await client.call(system.METRICS, base.Nothing())).text)
    assert alone["resident_memory_bytes", ""] > 10_000_000
    assert alone["python_blocks", ""] > 100_000
    assert alone["unwritten_commands", ""] == alone["watchers_lines", ""] == 0
    for name, more in (("control_clients", 1), ("watchers", 1), ("tasks", 2), ("open_files", 1)):
        assert both[name, ""] >= alone[name, ""] + more


async def test_a_hostile_name_stays_a_label(office: Office) -> None:
    async with office.client() as client:
        await open_shop(office, client)
        campaign = office.floor.campaigns[1]
        object.__setattr__(campaign, "name", HOSTILE)
        found = read((await client.call(system.METRICS, base.Nothing())).text)
    assert found["campaign_running", HOSTILE] == 1
