"""Forms: made of the model, checked as typed, saved together, minding what others change."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from textual.pilot import Pilot

from minidialer.control.models import campaigns
from minidialer.control.models.agents import AgentAdd, AgentSet
from minidialer.control.models.base import Named
from minidialer.control.models.campaign_settings import CampaignSettingsModel
from minidialer.control.sentences import ControlError
from minidialer.tui.app import SupervisorApp
from minidialer.tui.form_page import FormPage
from minidialer.tui.widgets.fields import Field, fields_of, value_fault
from minidialer.tui.widgets.form import Form

from .conftest import Snap
from .harness import LOOKS, driven, notices, press, screen_text, settled, until
from .stand_in import StandIn
from .world import World

LABELS = {
    "private_leads": "Private leads",
    "autosave": "Autosave",
    "ring_timeout": "Ring time",
    "abandon_target": "Abandon target",
    "calling_window": "Calling window",
    "script": "Script",
}


class SettingsForm(FormPage):
    """Some of a campaign's settings."""

    NAME = "Settings"
    CLOSES: ClassVar[bool] = False

    @property
    def heading(self) -> str:
        return "Wiosna"

    async def fields(self) -> Sequence[Field]:
        return fields_of(CampaignSettingsModel, LABELS, lines={"script": 3})

    async def values(self) -> Mapping[str, Any]:
        self.seen = await self.call(campaigns.SHOW, Named(name="Wiosna"))
        return self.seen.settings.model_dump(mode="json")

    async def save(self, form: Form) -> Mapping[str, Any]:
        changes = campaigns.CampaignSet(name="Wiosna", settings=form.changes(), revision=self.seen.revision)
        return (await self.call(campaigns.SET, changes)).settings.model_dump(mode="json")


def _accept(world: World) -> None:
    def change(asked: campaigns.CampaignSet) -> campaigns.Campaign:
        now = world.campaign("Wiosna")
        settings = CampaignSettingsModel.model_validate({**now.settings.model_dump(), **asked.settings})
        return world.change("Wiosna", settings=settings, revision=now.revision + 1)

    world.on(campaigns.SET, change)


def _somebody_sets(world: World, **settings: object) -> None:
    now = world.campaign("Wiosna")
    changed = CampaignSettingsModel.model_validate({**now.settings.model_dump(), **settings})
    world.change("Wiosna", settings=changed, revision=now.revision + 1)


async def _opened(pilot: Pilot[None]) -> Form:
    app = pilot.app
    assert isinstance(app, SupervisorApp)
    page = SettingsForm()
    app.open(page)
    await settled(pilot)
    assert page.form is not None
    return page.form


async def test_what_is_typed_is_checked_at_once(daemon: StandIn) -> None:
    async with driven(daemon) as pilot:
        form = await _opened(pilot)
        await press(pilot, "down", "down", "5", "0", "0")
        assert "It must be 120 or less." in screen_text(pilot)
        assert "✗ Ring time" in screen_text(pilot)
        await press(pilot, "backspace")
        assert "✗" not in screen_text(pilot)
        await press(pilot, "backspace", "backspace", "4", "5")
        assert "• Ring time" in screen_text(pilot)
        assert form.changes() == {"ring_timeout": 45}


async def test_only_what_was_changed_is_saved_and_then_nothing_is_changed(daemon: StandIn, world: World) -> None:
    _accept(world)
    async with driven(daemon) as pilot:
        form = await _opened(pilot)
        await press(pilot, "right", "right", "tab", "space", "down", "3", "5")
        await press(pilot, "ctrl+s")
        (asked,) = world.calls(campaigns.SET)
        assert asked.settings == {"private_leads": "automatic", "autosave": False, "ring_timeout": 35}
        assert not form.dirty
        assert notices(pilot) == ["Saved."]


async def test_a_wrong_field_keeps_everything_from_being_saved_and_gets_the_focus(
    daemon: StandIn, world: World
) -> None:
    _accept(world)
    async with driven(daemon) as pilot:
        form = await _opened(pilot)
        await press(pilot, "down", "down", "x", "down", "down", "down", "ctrl+s")
        assert world.calls(campaigns.SET) == []
        assert form._rows["ring_timeout"].editor.has_focus
        assert notices(pilot) == ["Ring time: it must be a whole number."]


async def test_ctrl_z_gives_a_field_back_what_it_was(daemon: StandIn) -> None:
    async with driven(daemon) as pilot:
        form = await _opened(pilot)
        await press(pilot, "down", "down", "9")
        assert form.dirty
        await press(pilot, "ctrl+z")
        assert not form.dirty


async def test_what_others_change_comes_in_where_nothing_was_typed(daemon: StandIn, world: World) -> None:
    async with driven(daemon) as pilot:
        form = await _opened(pilot)
        await press(pilot, "down", "down", "1")
        _somebody_sets(world, ring_timeout=60, abandon_target=1.5)
        await press(pilot, "ctrl+r")
        assert form._rows["abandon_target"].editor.entered == "1.5"
        assert form._rows["ring_timeout"].editor.entered == "1"
        assert notices(pilot) == ["Somebody else changed this meanwhile: Ring time. Yours is kept until you save."]
        await press(pilot, "4")
        assert "Somebody else made it 60 meanwhile; Ctrl+Z takes that." in screen_text(pilot)
        await press(pilot, "ctrl+z")
        assert form._rows["ring_timeout"].editor.entered == "60"


async def test_a_save_that_came_too_late_keeps_what_was_typed(daemon: StandIn, world: World) -> None:
    async with driven(daemon) as pilot:
        form = await _opened(pilot)
        await press(pilot, "down", "down", "4", "4")
        _somebody_sets(world, ring_timeout=60)
        world.on(campaigns.SET, lambda _asked: world.campaign("Wiosna"))
        world.refusals["campaigns.set"] = ControlError(
            "The campaign was changed by {who}: look at it again.", code="changed", who="ola"
        )
        await press(pilot, "ctrl+s")
        assert "The campaign was changed by ola: look at it again." in notices(pilot)
        assert form._rows["ring_timeout"].editor.entered == "44"
        assert form._rows["ring_timeout"].theirs == 60


async def test_leaving_asks_when_something_would_be_lost(daemon: StandIn) -> None:
    async with driven(daemon) as pilot:
        await _opened(pilot)
        await press(pilot, "right", "escape")
        assert "Leave without saving?" in screen_text(pilot)
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, SettingsForm)
        await press(pilot, "escape", "y")
        assert not isinstance(pilot.app.screen, SettingsForm)


async def test_nothing_can_be_edited_where_nothing_may_be_changed(daemon: StandIn, world: World) -> None:
    world.read_only = True
    async with driven(daemon) as pilot:
        form = await _opened(pilot)
        await press(pilot, "right", "ctrl+s")
        assert not form.dirty
        assert "Save" not in screen_text(pilot)


async def test_many_options_are_chosen_from_a_list(daemon: StandIn) -> None:
    class Tabs(SettingsForm):
        async def fields(self) -> Sequence[Field]:
            return fields_of(AgentSet, {"tabs": "Tabs"})

        async def values(self) -> Mapping[str, Any]:
            return {"tabs": ["dialer"]}

    async with driven(daemon) as pilot:
        page = Tabs()
        assert isinstance(pilot.app, SupervisorApp)
        pilot.app.open(page)
        await settled(pilot)
        await pilot.press("enter")
        await until(lambda: "Space marks" in screen_text(pilot))
        await pilot.press("end", "space", "enter")
        await until(lambda: page.form is not None and page.form.changes() == {"tabs": ["dialer", "statistics"]})


def test_fields_know_what_the_model_allows() -> None:
    by_name = {field.name: field for field in fields_of(AgentAdd, {"login": "Login", "active": "Active"})}
    assert by_name["login"].fault("a b") == "must be 1 to 79 letters (a to z), digits or signs out of _ . -"
    assert by_name["login"].fault("anna") == ""
    assert by_name["active"].options == [(True, "yes"), (False, "no")]
    refusal = value_fault(Named, "name")("x" * 81)
    assert str(refusal) == "must have at most 80 characters"


@LOOKS
def test_a_form_looks_right(snap: Snap, lang: str, size: tuple[int, int]) -> None:
    snap(SettingsForm, size, lang, press=("down", "down", "5", "0", "0"))
