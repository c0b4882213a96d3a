"""The same over providers as they are: Twilio's number, a carrier's line, a Telegram bot."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import LazySettings

from channels_app.contract import RawRequest
from channels_app.smpp import proving
from core.calendar.models import DealerSettings
from core.customers.models import ContactPoint
from notifications.inbound import operations as inbound
from notifications.inbound.joining import WAITS_FOR
from notifications.links import chats
from notifications.models import Message, Suppression
from notifications.shared import talks
from notifications.shared.accounts import account_of, webhook_of
from notifications.shared.models import Arrival, Question, SentName
from notifications.shared.talks import Written
from tenants.scope import DealerRef, public_scope
from tests.channels_app.rigs import hurry
from tests.doubles import smpp, telegram, twilio
from tests.markers import tables_with
from tests.notifications.shared.sharing import ANNA, Shared, share

CHAT = 700_000_001
WAIT = timedelta(minutes=1)


@pytest.fixture
def loopback(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator allows a provider of this machine."""
    settings.PROVIDER_HOSTS = ["127.0.0.1", "localhost"]
    hurry(monkeypatch)


@pytest.fixture
def by_twilio(loopback: None, north: DealerRef, south: DealerRef) -> Iterator[tuple[Shared, twilio.Twilio]]:
    """A number at Twilio; both dealers text to China."""
    with twilio.Twilio() as provider, public_scope():
        told = {"account_sid": twilio.ACCOUNT, "auth_token": twilio.TOKEN, "url": provider.url}
        made = share(north, south, kind="twilio", address=twilio.NUMBER, **told)
        for name in made.dealers:
            with made.at(name):
                DealerSettings.objects.update(texting_countries=["CN", "ES"])
        yield made, provider


@pytest.fixture
def by_telegram(loopback: None, north: DealerRef, south: DealerRef) -> Iterator[tuple[Shared, telegram.Telegram]]:
    """A bot of the brand."""
    with telegram.Telegram() as provider, public_scope():
        told = {"token": telegram.TOKEN, "secret": telegram.SECRET, "url": provider.url}
        yield share(north, south, kind="telegram", address="@marca_bot", **told), provider


def take(shared: Shared, request: RawRequest) -> None:
    """Hand a provider's call to the door, and have it worked on."""
    inbound.accept(account_ref=shared.sender.public_id, request=request, now=shared.now)
    shared.work()


def test_over_twilio_two_dealers_have_one_number(by_twilio: tuple[Shared, twilio.Twilio]) -> None:
    shared, provider = by_twilio
    webhook = webhook_of(shared.sender)
    shared.ask("north")
    shared.pass_by(WAIT)
    shared.ask("south")
    shared.pass_by(WAIT)
    take(shared, twilio.owners_call(webhook, "1", sender=ANNA, sid="SM-a", now=shared.now))
    asked = provider.taken[-1]
    assert asked.text.endswith("1. North Motors\n2. South Motors")

    take(shared, twilio.owners_call(webhook, "2", sender=ANNA, sid="SM-b", now=shared.now))
    for one in provider.taken:
        take(shared, twilio.status_call(webhook, one, "delivered", now=shared.now))

    shared.work()
    assert (shared.words_at("north"), shared.words_at("south")) == ([], ["1"])
    for name in shared.dealers:
        with shared.at(name):
            assert Message.objects.filter(direction="OUT").order_by("id")[0].state == "DELIVERED"


def test_twilios_own_opt_out_binds_both(by_twilio: tuple[Shared, twilio.Twilio]) -> None:
    shared, provider = by_twilio
    shared.write("south")
    shared.pass_by(WAIT)
    provider.how = "opted-out"

    shared.write("north")
    shared.work()

    for name in shared.dealers:
        with shared.at(name):
            assert Suppression.objects.filter(lifted_at__isnull=True).count() == 1


@pytest.fixture
def by_line(north: DealerRef, south: DealerRef) -> Iterator[Shared]:
    """A carrier's number, on which both dealers wrote to Anna."""
    with public_scope():
        made = share(
            north, south, kind="smpp", address="+34600999999", host="smsc.example.com", system_id="m", password="a pass"
        )
        with made.at("north"):
            talks.note_leaving(made.sender.pk, [Written(0, ANNA)], now=made.now)
        yield made


def bring(shared: Shared, body: bytes) -> None:
    """Bring a delivery over the line."""
    unit = smpp.unit(smpp.DELIVER_SM, 1, body)
    headers = {proving.HEADER: proving.proof(account_of(shared.sender), unit)}
    take(shared, RawRequest(method="POST", path="", headers=headers, body=unit, received_at=shared.now))


def parts() -> list[bytes]:
    """A long text in two parts."""
    texts = (b"I would like to know whether ", b"my car is ready, Zebra-7Q")
    return [
        smpp.delivery(ANNA.removeprefix("+"), smpp.part(9, place, 2, text), esm_class=0x40)
        for place, text in enumerate(texts, start=1)
    ]


def test_over_a_line_parts_are_joined_before_anybody_has_them(by_line: Shared) -> None:
    first, second = parts()

    bring(by_line, second)
    bring(by_line, second)
    assert by_line.words_at("north") == []
    assert tables_with(["Zebra-7Q"]) == []
    bring(by_line, first)

    assert by_line.words_at("north") == ["I would like to know whether my car is ready, Zebra-7Q"]
    assert not Arrival.objects.exclude(sealed="").exists()


def test_over_a_line_a_part_whose_other_did_not_come_is_read_as_it_is(by_line: Shared) -> None:
    first, _ = parts()
    bring(by_line, first)

    by_line.now += WAITS_FOR
    by_line.work()
    by_line.work()

    assert by_line.words_at("north") == ["I would like to know whether "]


def test_over_telegram_a_link_leads_to_the_dealer_that_made_it(by_telegram: tuple[Shared, telegram.Telegram]) -> None:
    shared, _ = by_telegram
    with shared.at("north"):
        story = shared.begin("north", address="1")
        ContactPoint.objects.filter(customer=story.customer).delete()
        talk = story.start("win_back")
        message = Message.objects.get(run_id=talk.run_id)
        link = chats.invite(
            "telegram",
            customer_id=story.customer.pk,
            conversation_id=message.conversation_id,
            language="en",
            now=shared.now,
        )
    token = link.rpartition("start=")[2]

    come = telegram.message(f"/start {token}", chat=CHAT, number=1, at=shared.now)
    take(shared, telegram.update_call(webhook_of(shared.sender), "message", come, number=1, now=shared.now))

    with shared.at("north"):
        assert ContactPoint.objects.filter(kind="CHAT", value=str(CHAT)).count() == 1
    assert shared.words_at("south") == []
    assert tables_with([token, str(CHAT)]) == []
    assert SentName.objects.count() >= 1


def test_over_telegram_a_chat_of_both_dealers_is_asked_and_taps(by_telegram: tuple[Shared, telegram.Telegram]) -> None:
    shared, provider = by_telegram
    webhook = webhook_of(shared.sender)
    for name in shared.dealers:
        shared.begin(name, address=str(CHAT))
        shared.ask(name)
        shared.now += WAIT
    said = telegram.message("1", chat=CHAT, number=90, at=shared.now)
    take(shared, telegram.update_call(webhook, "message", said, number=5, now=shared.now))
    assert [one.text.splitlines()[1:] for one in provider.taken][-1] == ["1. North Motors", "2. South Motors"]
    payload = f"which:{Question.objects.get().pk}:1"

    tapped = telegram.tap(payload, "North Motors", chat=CHAT, number=len(provider.taken), at=shared.now)
    take(shared, telegram.update_call(webhook, "callback_query", tapped, number=6, now=shared.now))
    shared.work()

    assert (shared.words_at("north"), shared.words_at("south")) == (["1"], [])


def test_over_telegram_a_reply_goes_where_the_message_came_from(by_telegram: tuple[Shared, telegram.Telegram]) -> None:
    shared, provider = by_telegram
    for name in shared.dealers:
        shared.write(name, address=str(CHAT))
        shared.now += WAIT
    ours = int(provider.taken[0].provider_id.rpartition(".")[2])

    answered = telegram.message("x", chat=CHAT, number=ours, at=shared.now)
    said = telegram.message("Thank you", chat=CHAT, number=90, at=shared.now, reply_to_message=answered)
    take(shared, telegram.update_call(webhook_of(shared.sender), "message", said, number=5, now=shared.now))

    assert (shared.words_at("north"), shared.words_at("south")) == (["Thank you"], [])
