"""What supervisors change of dispositions, agents and campaigns: answers that change the fixed world."""

from typing import Any

from minidialer.control.models import agents, campaigns, dispositions, pacing
from minidialer.control.models.base import Done
from minidialer.control.models.campaign_settings import CampaignSettingsModel
from minidialer.control.sentences import ControlError

from .world import World


def add_dispositions(world: World) -> None:
    """Dispositions can be added, changed and removed."""

    def add(asked: dispositions.DispositionAdd) -> dispositions.Disposition:
        number = max((one.id for one in world.dispositions), default=0) + 1
        position = max((one.position for one in world.dispositions), default=0) + 1
        made = dispositions.Disposition(id=number, **{**asked.model_dump(), "position": position})
        world.dispositions.append(made)
        return made

    def change(asked: dispositions.DispositionSet) -> dispositions.Disposition:
        now = next(one for one in world.dispositions if one.name == asked.name)
        given = asked.model_dump(exclude={"name", "new_name"}, exclude_none=True)
        for rule in {"retry_minutes", "retry_limit"} & set(given):
            given[rule] = given[rule] or None
        after = now.model_copy(update={**given, "name": asked.new_name or now.name})
        world.dispositions = sorted(
            (after if one is now else one for one in world.dispositions), key=lambda one: (one.position, one.id)
        )
        return after

    def remove(asked: Any) -> Done:
        world.dispositions = [one for one in world.dispositions if one.name != asked.name]
        return Done()

    world.on(dispositions.ADD, add)
    world.on(dispositions.SET, change)
    world.on(dispositions.REMOVE, remove)


def add_agents(world: World) -> None:
    """Agents can be added, changed, ordered about, listened to and removed."""

    def put(login: str, **changes: object) -> agents.Agent:
        now = next(one for one in world.agents if one.login == login)
        after = now.model_copy(update=changes)
        world.agents = [after if one is now else one for one in world.agents]
        lines = [
            line.model_copy(update={"state": after.state}) if line.login == login else line
            for line in world.snapshot.agents
        ]
        world.snapshot = world.snapshot.model_copy(update={"agents": lines})
        return after

    def add(asked: agents.AgentAdd) -> agents.Agent:
        number = max((one.id for one in world.agents), default=0) + 1
        tabs = ["dialer", "connections", "statistics"]
        made = agents.Agent(id=number, state="logged_out", tabs=tabs, **asked.model_dump())
        world.agents = sorted([*world.agents, made], key=lambda one: one.login)
        return made

    def password(asked: agents.AgentPassword) -> agents.AgentPasswordSet:
        made = "k4m7-pq2x-w9tz" if asked.generate else None
        after = put(asked.login, has_password=asked.generate or asked.password is not None)
        return agents.AgentPasswordSet(**after.model_dump(), password=made)

    def spying(asked: agents.AgentSpy) -> agents.Spying:
        return agents.Spying(
            login=asked.login, campaign="Wiosna", number="+48600100220", mode=asked.mode, extension=asked.extension,
            changed=len(world.calls(agents.SPY)) > 1,
        )  # fmt: skip

    def remove(asked: agents.AgentKey) -> Done:
        world.agents = [one for one in world.agents if one.login != asked.login]
        return Done()

    world.on(agents.ADD, add)
    world.on(agents.SET, lambda asked: put(asked.login, **asked.model_dump(exclude={"login"}, exclude_none=True)))
    world.on(agents.PASSWORD, password)
    world.on(agents.PAUSE, lambda asked: put(asked.login, state="paused", reason=asked.reason))
    world.on(agents.RESUME, lambda asked: put(asked.login, state="ready", after_call=""))
    world.on(agents.LOG_OUT, lambda asked: put(asked.login, state="logged_out"))
    world.on(agents.SPY, spying)
    world.on(agents.REMOVE, remove)


def add_campaigns(world: World) -> None:
    """Campaigns can be changed; a change that knows nothing of the one before is refused, as the daemon does."""

    def change(asked: campaigns.CampaignSet) -> campaigns.Campaign:
        now = world.campaign(asked.name)
        if asked.revision not in {None, now.revision}:
            raise ControlError(
                "Campaign “{name}” was changed by {actor} meanwhile, at {at}: look at it again.",
                code="changed", name=now.name, actor="ola", at="2026-05-04 12:00",
            )  # fmt: skip
        settings = CampaignSettingsModel.model_validate({**now.settings.model_dump(), **asked.settings})
        if asked.new_name:
            renamed = now.model_copy(update={"name": asked.new_name})
            world.campaigns = [renamed if one is now else one for one in world.campaigns]
        return world.change(
            asked.new_name or asked.name,
            lead_list=now.lead_list if asked.lead_list is None else asked.lead_list or None,
            agents=now.agents if asked.agents is None else asked.agents,
            settings=settings,
            revision=now.revision + 1,
        )

    world.on(campaigns.SET, change)
    world.on(pacing.ADVICE, _advice)


def _advice(asked: pacing.AdviceOf) -> pacing.Advice:
    """As the daemon simulated it for eight people."""
    percent = asked.overdial_percent or 0
    rows = [("progressive", 0, 54.2, 31.4, 0.0), ("power", percent or 100, 64.1, 19.8, 4.21)]
    learned = pacing.Learned(
        answers=911, answer_rate=28, answer_rate_error=2.9, ring_seconds=9.2, talk_seconds=95, wrap_up_seconds=21
    )
    return pacing.Advice(
        campaign=asked.name, mode="power", agents=asked.agents or 8, team="given" if asked.agents else "joined",
        learned=learned, assumed=[] if asked.agents is None else ["talk_seconds"], hours=5.0,
        rows=[
            pacing.AdviceRow(
                mode=mode, overdial_percent=over, utilisation=used, talk_utilisation=used - 10, wait_seconds=wait,
                abandon_rate=lost, answered=1_000, abandoned=round(10 * lost), attempts=3_500,
            )
            for mode, over, used, wait, lost in [*rows, ("predictive", percent, 81.7, 9.1, 2.87)]
        ],
    )  # fmt: skip


def somebody_sets(
    world: World, name: str, *, agents: list[str] | None = None, new_name: str | None = None, **settings: object
) -> None:
    """Another supervisor changes a campaign."""
    world.answers[campaigns.SET.name](
        campaigns.CampaignSet(name=name, new_name=new_name, agents=agents, settings=settings)
    )
