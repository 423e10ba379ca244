"""The fixed world the stand-in daemon tells of: a Monday noon in a small call centre. Nothing in it moves by itself."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from pydantic import BaseModel

from minidialer.control.method import Method
from minidialer.control.models import agents, campaigns, dispositions, figures, lists, system
from minidialer.control.models.base import Done, WireSentence
from minidialer.control.models.campaign_settings import settings_to_model
from minidialer.control.models.watch import AgentLine, CallLine, CampaignPanel, PaceSettings, Snapshot
from minidialer.control.protocol import PROTOCOL
from minidialer.control.sentences import ControlError, to_wire
from minidialer.domain.campaign import CampaignSettings
from minidialer.domain.sentence import sentence

P = TypeVar("P", bound=BaseModel)
R = TypeVar("R", bound=BaseModel)
NOON = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)  # 12:00 in Warsaw
HOSTILE = "[red]Ann[/] \x1b[31m\u202egnp\u0301\u0301\u0301\u0301 漢字 " + "ż" * 200
SETTINGS = settings_to_model(CampaignSettings(), "")


class World:
    """`answers`: what each method answers; `asked`: what was asked; `refusals`: what is refused, by method's name."""

    def __init__(self) -> None:
        self.answers: dict[str, Callable[[Any], BaseModel]] = {}
        self.asked: list[tuple[str, Any]] = []
        self.refusals: dict[str, ControlError] = {}
        self.read_only = False
        self.agents: list[agents.Agent] = []
        self.campaigns: list[campaigns.Campaign] = []
        self.lists: list[lists.LeadList] = []
        self.dispositions: list[dispositions.Disposition] = []
        self.figures: list[figures.CampaignFigures] = []
        self.status = _status()
        self.snapshot = Snapshot(link_up=True, draining=False, campaigns=[], agents=[])
        self._answer_the_basics()

    def on(self, method: Method[P, R], answer: Callable[[P], R]) -> None:
        """Answer this method so."""
        self.answers[method.name] = answer

    def calls(self, method: Method[P, R]) -> list[P]:
        """What was asked of this method so far."""
        return [params for name, params in self.asked if name == method.name]

    def _answer_the_basics(self) -> None:
        self.on(
            system.HELLO,
            lambda _: system.Hello(
                protocol=PROTOCOL, version="0.1.0", pid=4711, uid=1000, user="ala", read_only=self.read_only
            ),
        )
        self.on(system.STATUS, lambda _: self.status)
        self.on(agents.LIST, lambda _: agents.Agents(agents=self.agents))
        self.on(lists.LIST, lambda _: lists.Lists(lists=self.lists))
        self.on(dispositions.LIST, lambda _: dispositions.Dispositions(dispositions=self.dispositions))
        self.on(campaigns.LIST, lambda _: campaigns.Campaigns(campaigns=self.campaigns))
        self.on(campaigns.SHOW, lambda asked: self.campaign(asked.name))
        self.on(campaigns.START, lambda asked: campaigns.Started(campaign=self.change(asked.name, status="running")))
        self.on(campaigns.STOP, lambda asked: self.change(asked.name, status="stopped"))
        self.on(campaigns.REMOVE, self._remove_campaign)
        self.on(figures.FIGURES, lambda _: figures.Figures(at=NOON, campaigns=self.figures))

    def campaign(self, name: str) -> campaigns.Campaign:
        """The campaign of this name."""
        found = next((one for one in self.campaigns if one.name == name), None)
        if found is None:
            raise ControlError("There is no campaign “{name}”: did you mean “{nearest}”?", name=name, nearest="Lato")
        return found

    def change(self, name: str, **changes: object) -> campaigns.Campaign:
        """The campaign, changed."""
        changed = self.campaign(name).model_copy(update=changes)
        self.campaigns = [changed if one.name == name else one for one in self.campaigns]
        return changed

    def _remove_campaign(self, asked: Any) -> Done:
        self.campaigns.remove(self.campaign(asked.name))
        return Done()


def _status() -> system.Status:
    return system.Status(
        version="0.1.0",
        protocol=PROTOCOL,
        pid=4711,
        started_at=NOON - timedelta(hours=4),
        draining=False,
        link=system.LinkStatus(up=True, host="127.0.0.1", port=5038, since=NOON, asterisk="22.10.1"),
        trunks=[system.TrunkLine(name="carrier", channels=30, in_use=12, calls_per_second=10)],
        campaigns=[],
        agents={},
        attempts={},
    )


def busy_world() -> World:
    """Two campaigns, eight agents, calls in every state."""
    world = World()
    world.agents = [_agent(number, login, name) for number, (login, name) in enumerate(_PEOPLE, 1)]
    world.lists = [
        lists.LeadList(id=1, name="Klienci 2026", leads=12_500, states={"fresh": 9_120, "retry": 310, "closed": 3_070}),
        lists.LeadList(id=2, name="Ankieta", leads=800, states={"fresh": 800}),
    ]
    world.dispositions = [
        _disposition(1, "sold", "Sprzedane", success=True),
        _disposition(2, "callback", "Zadzwoń później", asks_callback=True),
        _disposition(3, "no", "Odmowa"),
    ]
    logins = [one.login for one in world.agents]
    world.campaigns = [
        campaigns.Campaign(
            id=1, name="Wiosna", status="running", lead_list="Klienci 2026", agents=logins, settings=SETTINGS
        ),
        campaigns.Campaign(id=2, name="Ankieta po zakupie", status="stopped", lead_list="Ankieta", settings=SETTINGS),
    ]
    world.figures = [_figures("Wiosna", "Klienci 2026"), figures.CampaignFigures(name="Ankieta po zakupie")]
    world.figures[1] = world.figures[1].model_copy(
        update={"lead_list": "Ankieta", "left": figures.LeadsLeft(fresh=800, total=800)}
    )
    world.snapshot = _snapshot()
    return world


_PEOPLE = (
    ("anna", "Anna Kowalska"),
    ("bartek", "Bartłomiej Wiśniewski"),
    ("celina", "Celina Zając"),
    ("darek", "Dariusz Mazur"),
    ("ewa", "Ewa Lis"),
    ("filip", "Filip Nowak"),
    ("gosia", "Małgorzata Brzęczyszczykiewicz"),
    ("hela", ""),
)
_STATES = ("in_call", "in_call", "ready", "ready", "wrap_up", "paused", "reserved", "ready")


def _agent(number: int, login: str, name: str) -> agents.Agent:
    return agents.Agent(
        id=number,
        login=login,
        name=name,
        active=True,
        auto_answer=False,
        state=_STATES[number - 1],
        since=NOON - timedelta(minutes=number),
        campaign="Wiosna",
        assigned=["Wiosna"],
        has_password=True,
    )


def _disposition(
    number: int, name: str, name_pl: str, *, success: bool = False, asks_callback: bool = False
) -> dispositions.Disposition:
    return dispositions.Disposition(
        id=number, name=name, name_pl=name_pl, asks_callback=asks_callback, private=False, do_not_call=False,
        success=success, position=number, key=str(number),
    )  # fmt: skip


def _figures(name: str, lead_list: str) -> figures.CampaignFigures:
    minutes = [
        figures.MinuteFigures(
            at=NOON - timedelta(minutes=59 - index), calls=20 + index % 7, answered=8 + index % 3, abandoned=index % 2
        )
        for index in range(60)
    ]
    return figures.CampaignFigures(
        name=name,
        lead_list=lead_list,
        dispositions=[
            campaigns.DispositionCount(disposition="sold", leads=211),
            campaigns.DispositionCount(disposition="callback", leads=87),
            campaigns.DispositionCount(disposition="no", leads=1_240),
        ],
        exhausted=412,
        left=figures.LeadsLeft(fresh=9_120, retry=310, callback=87, total=9_517),
        today=figures.CallFigures(attempts=2_310, answered=911, connected=893, abandoned=18, late=3, abandon_rate=1.98),
        minutes=minutes,
    )


def _snapshot() -> Snapshot:
    people = [
        AgentLine(
            login=login, name=name, state=state, reason="lunch" if state == "paused" else "",
            seconds_in_state=17.0 * (number + 1), form_open=state == "wrap_up", campaign="Wiosna",
            phone="busy" if state == "in_call" else "idle",
        )
        for number, ((login, name), state) in enumerate(zip(_PEOPLE, _STATES, strict=True))
    ]  # fmt: skip
    decision = to_wire(
        sentence("{ready} ready, {per_agent} calls for each", ready=3, per_agent=2),
    )
    wiosna = CampaignPanel(
        id=1,
        name="Wiosna",
        running=True,
        lead_list="Klienci 2026",
        decision=decision,
        settings=PaceSettings(pacing_mode="power", overdial_percent=100, max_attempts_per_5s=10),
        agents=people,
        dialling=[_call(number, "ringing" if number % 2 else "dialling", 3.0 * number) for number in range(1, 5)],
        waiting=[_call(10, "waiting", 4.0)],
        talking=[_call(20, "connected", 95.0, "anna"), _call(21, "connected", 31.0, "bartek")],
    )
    ankieta = CampaignPanel(
        id=2, name="Ankieta po zakupie", running=False, lead_list="Ankieta", decision=WireSentence(template="")
    )
    return Snapshot(link_up=True, draining=False, campaigns=[wiosna, ankieta], agents=people)


def _call(number: int, state: str, seconds: float, agent: str | None = None) -> CallLine:
    return CallLine(
        attempt_id=number,
        number=f"+486001002{number:02}",
        state=state,
        seconds=seconds + 2,
        seconds_in_state=seconds,
        agent=agent,
    )
