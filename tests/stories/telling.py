"""An owner and a phone: what dialogues are played with, by way of the real inbox and outbox."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from channels_app import registry
from channels_app.simulator import signed_request
from core.appointments.models import Appointment, Bay
from core.customers.models import ContactPoint, Customer
from core.followups.models import FollowUp
from core.repair_orders.imports import cells
from core.vehicles.models import Ownership, Vehicle
from notifications.channels.models import ChannelAccount
from notifications.channels.operations import open_account
from notifications.due.models import Due
from notifications.flows.models import FlowRun
from notifications.inbound import operations as inbound
from notifications.inbound.models import InboundEvent
from notifications.links import visits
from notifications.links.models import OwnerLink
from notifications.outbox.accounts import account_of
from notifications.outbox.models import Message
from notifications.runs import operations as runs
from notifications.runs import pages
from notifications.runs.requests import Begun, RunRequest

# Wednesday 18 November 2026: 10:00 in Shanghai; for Madrid the stories begin at 10:00 there.
BEGIN = {"north": datetime(2026, 11, 18, 2, 0, tzinfo=UTC), "south": datetime(2026, 11, 18, 9, 0, tzinfo=UTC)}
PEOPLE = {"north": ("Anna", "+8613800000001"), "south": ("Boris", "+34600000002")}
PLATES = {"north": "辽A12345", "south": "1234BCD"}
OTHER_PLATES = {"north": "辽B67890", "south": "5678FGH"}


@dataclass
class Story:
    """One owner of one dealer, what was said so far, and the moving clock."""

    dealer: str
    account: ChannelAccount
    customer: Customer
    vehicle: Vehicle
    address: str
    now: datetime
    heard_ids: int = 0
    placed: list[str] = field(default_factory=list)

    def start(self, flow: str, **wishes: Any) -> Begun:
        """Begin a dialogue as a due reminder would."""
        request: dict[str, Any] = {
            "flow": flow,
            "account_id": self.account.pk,
            "address": self.address,
            "customer_id": self.customer.pk,
            "vehicle_ids": (self.vehicle.pk,),
        }
        return runs.start_run(RunRequest(**{**request, **wishes}), now=self.now)

    def hear(self, text: str, *, after: timedelta = timedelta(minutes=1), **fields: object) -> str:
        """Let the owner write; return the rule that placed it."""
        self.now += after
        self.heard_ids += 1
        event = {
            "kind": "inbound",
            "provider_id": f"{self.dealer}-in-{self.heard_ids}",
            "sender": self.address,
            "text": text,
            **fields,
        }
        self.deliver([event])
        return self.work()

    def tap(self, label: str) -> str:
        """Let the owner tap a button of the last message."""
        button = next(one for one in self.last().buttons if one["label"] == label)
        return self.hear(label, payload=button["payload"])

    def deliver(self, events: list[Mapping[str, object]]) -> None:
        """Hand a provider's call to the inbox."""
        account = account_of(self.account)
        request = signed_request(account, events, now=self.now)
        inbound.accept(account_ref=self.account.public_id, request=request, now=self.now)

    def work(self) -> str:
        """Do what a worker would with what has come in; return how the last was placed."""
        waiting = InboundEvent.objects.filter(state="RECEIVED").order_by("id")
        self.placed += [inbound.handle(event.pk, now=self.now) for event in waiting]
        return self.placed[-1]

    def has_unread(self) -> bool:
        """Whether something came in that nobody has handled."""
        return InboundEvent.objects.filter(state="RECEIVED").exists()

    def silence(self, *, after: timedelta) -> None:
        """Let time pass without a word."""
        self.now += after
        runs.act_on_silences(now=self.now, limit=10)

    def link(self) -> OwnerLink:
        """The newest link we sent, as it stands now."""
        links = OwnerLink.objects.select_related("customer__merged_into", "run__flow_version", "conversation__account")
        return links.get(pk=Message.objects.filter(link_id__isnull=False).latest("id").link_id or 0)

    def fill_in(self, given: Mapping[str, str]) -> str:
        """Let the owner answer on the page; return what it says at last."""
        self.now += timedelta(minutes=1)
        pages.fill_in(run_id=self.link().run_id or 0, given=given, now=self.now)
        run = self.link().run
        return pages.sheet(run, language=str(run.state["language"])).last_word if run else ""

    def pick(self, place: int) -> None:
        """Let the owner pick one of the free times on the page: book it, or move the visit to it."""
        self.now += timedelta(minutes=1)
        found = visits.matter(self.link(), now=self.now)
        start_at = visits.free_slots(found, from_at=self.now, now=self.now)[place].start_at
        if found.is_ahead:
            visits.move(self.link(), start_at=start_at, now=self.now)
        else:
            visits.book(self.link(), start_at=start_at, vehicle_id=None, now=self.now)

    def give_up(self) -> None:
        """Let the owner give the visit up on the page."""
        self.now += timedelta(minutes=1)
        visits.cancel(self.link(), now=self.now)

    def messages(self) -> list[Message]:
        """All we said, oldest first."""
        return list(Message.objects.filter(address=self.address, direction="OUT").order_by("id"))

    def last(self) -> Message:
        """What we said last."""
        return self.messages()[-1]

    def run(self) -> FlowRun:
        """The newest dialogue."""
        return FlowRun.objects.order_by("-id")[0]

    def follow_up(self) -> int:
        """Plan the follow-up of a visit three days ago."""
        row = FollowUp.objects.create(
            kind="AFTER_SALES",
            customer=self.customer,
            vehicle=self.vehicle,
            occurrence="ro:1",
            from_at=self.now,
            due_at=self.now + timedelta(days=2),
            expires_at=self.now + timedelta(days=5),
            created_at=self.now,
        )
        return row.pk

    def another_car(self) -> Vehicle:
        """Let the owner have a second car."""
        plate = OTHER_PLATES[self.dealer]
        vin = f"LSGWB54W1{self.dealer.upper():0>8}"
        vehicle = Vehicle.objects.create(
            vin=vin, plate=plate, plate_key=cells.plate_key(plate), created_at=self.now, updated_at=self.now
        )
        Ownership.objects.create(vehicle=vehicle, customer=self.customer, from_date=date(2025, 1, 1))
        return vehicle

    def maintenance_due(self, vehicle: Vehicle | None = None) -> int:
        """Plan a maintenance reminder as planning would."""
        vehicle = vehicle or self.vehicle
        row = Due.objects.create(
            rule="MAINTENANCE",
            subject_kind="vehicle",
            subject_id=vehicle.pk,
            occurrence="2026-05-20:1",
            customer=self.customer,
            vehicle=vehicle,
            planned_at=self.now,
            due_at=self.now,
            state=Due.State.DONE,
            data={"due_date": "2026-11-28"},
            created_at=self.now,
        )
        return row.pk

    def visit(self, *, in_days: int = 1) -> Appointment:
        """Have a visit booked."""
        starts_at = (self.now + timedelta(days=in_days)).replace(minute=0)
        return Appointment.objects.create(
            customer=self.customer,
            vehicle=self.vehicle,
            bay=Bay.objects.order_by("id")[0],
            kind="MAINTENANCE",
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=1),
            state=Appointment.State.BOOKED,
            origin=Appointment.Origin.INBOUND,
            booked_at=self.now,
        )


def begin(dealer: str) -> Story:
    """Open an account of the simulator and a file for the dealer's owner; the dealer is in scope."""
    settings = {"url": "unused", "secret": f"secret of {dealer}"}
    account = open_account(kind="simulator", address=f"+100{len(dealer)}{dealer}", settings=settings, now=BEGIN[dealer])
    return begin_with(dealer, account=account, address=PEOPLE[dealer][1])


def begin_with(dealer: str, *, account: ChannelAccount, address: str) -> Story:
    """Open a file for the dealer's owner, who is written to by this account."""
    name, now = PEOPLE[dealer][0], BEGIN[dealer]
    kind = registry.get(account.kind).capabilities.address_kind
    customer = Customer.objects.create(name=name, created_at=now, updated_at=now)
    ContactPoint.objects.create(customer=customer, kind=kind, value=address, created_at=now, updated_at=now)
    vehicle = Vehicle.objects.create(
        vin=f"LSGWB54W0{dealer.upper():0>8}",
        plate=PLATES[dealer],
        plate_key=cells.plate_key(PLATES[dealer]),
        created_at=now,
        updated_at=now,
    )
    Ownership.objects.create(vehicle=vehicle, customer=customer, from_date=date(2024, 1, 1))
    return Story(dealer, account, customer, vehicle, address, now)
