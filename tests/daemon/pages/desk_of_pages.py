"""A daemon without Asterisk, with two agents' pages on it."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from minidialer.agent_web.services import CallForm, SeatView
from minidialer.control.client import Client
from minidialer.control.models import agents, base, campaigns, dispositions, lists
from minidialer.daemon.pages import PageServices
from minidialer.domain.commands import CallCustomer, CallPhone, JoinLegs
from minidialer.domain.events import Bridged, CustomerAnswered, PhoneIdle
from minidialer.store import dispositions as stored_dispositions
from tests.control.office import Office, open_office

PASSWORD = "prawdziwy koń"
NUMBERS = ("+48600100200", "+48600100201", "+48600100202", "+48600100203")


@dataclass
class Shop:
    """An office with pages. Anna is 1001, Bert 1002; their campaign is Wiosna on the list Poznań."""

    office: Office
    services: PageServices
    client: Client

    async def sign_in(self, login: str = "1001") -> str:
        """The token of a new session whose page is there."""
        token = (await self.services.sign_in(login, PASSWORD, "127.0.0.1")).token
        self.services._watch.page(self.agent_id(login)).gone_at = None
        return token

    def agent_id(self, login: str) -> int:
        return next(agent.id for agent in self.office.floor.agents.values() if agent.login == login)

    def campaign_id(self, name: str = "Wiosna") -> int:
        return next(item.id for item in self.office.floor.campaigns.values() if item.name == name)

    async def disposition(self, name: str) -> int:
        async with self.office.desk.database.read() as conn:
            return (await stored_dispositions.find(conn, name)).id

    async def view(self, token: str) -> SeatView:
        return await self.services.view(token)

    async def form(self, token: str) -> CallForm:
        form = (await self.services.view(token)).form
        assert form is not None
        return form

    async def talk(self, token: str) -> CallForm:
        """Join, and talk with the next customer."""
        await self.services.join(token, self.campaign_id())
        await self.office.connect_customer()
        return await self.form(token)

    async def answer_call_by_hand(self) -> int:
        """The agent's phone is picked up, and then the customer's; the attempt."""
        post = self.office.desk.engine.post
        phone = await self.office.next_command(CallPhone)
        post(PhoneIdle(phone.agent_id, phone.leg))
        call = await self.office.next_command(CallCustomer)
        post(CustomerAnswered(call.attempt_id))
        await self.office.next_command(JoinLegs)
        post(Bridged(call.attempt_id, phone.agent_id, phone.leg))
        return call.attempt_id

    async def save(self, token: str, name: str = "sprzedaż", **more: object) -> None:
        """Save the open form."""
        form = await self.form(token)
        given: dict[str, object] = {"callback_at": None, "notes": "", "fields": {}} | more
        await self.services.save(
            token,
            form.attempt_id,
            disposition_id=await self.disposition(name),
            **given,  # type: ignore[arg-type]
        )


@contextlib.asynccontextmanager
async def open_shop(folder: Path, numbers: tuple[str, ...] = NUMBERS[:1], **settings: object) -> AsyncIterator[Shop]:
    """A running campaign with these leads; nobody is logged in."""
    async with open_office(folder) as office, office.client() as client:
        await client.call(lists.ADD, base.Named(name="Poznań"))
        for disposition in (
            dispositions.DispositionAdd(name="sprzedaż", success=True),
            dispositions.DispositionAdd(name="później", asks_callback=True),
            dispositions.DispositionAdd(name="mój", private=True, asks_callback=True),
        ):
            await client.call(dispositions.ADD, disposition)
        for login in ("1001", "1002"):
            await client.call(agents.ADD, agents.AgentAdd(login=login, name=f"Agent {login}"))
            await client.call(
                agents.PASSWORD, agents.AgentPassword.model_validate({"login": login, "password": PASSWORD})
            )
        await client.call(
            campaigns.ADD,
            campaigns.CampaignAdd(name="Wiosna", lead_list="Poznań", agents=["1001", "1002"], settings=settings),
        )
        if numbers:
            await office.import_numbers("Poznań", *numbers)
        office.link_up()
        await client.call(campaigns.START, base.Named(name="Wiosna"))
        services = PageServices(office.desk)
        await services.start()
        yield Shop(office, services, client)
        await services._sessions.flush()
