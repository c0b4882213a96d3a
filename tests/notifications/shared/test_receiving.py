"""Receipts reach the one dealer whose message they name, by whatever they name it."""

from notifications.inbound.models import InboundEvent
from notifications.models import EarlyReceipt, Message
from notifications.outbox.handing import wire_id
from notifications.shared import talks
from notifications.shared.models import Arrival, SentName
from tests.notifications.shared.sharing import ANNA, Shared


def receipt(provider_id: str, *, message_id: str = "", status: str = "delivered") -> dict[str, object]:
    """As the simulated provider writes it."""
    return {
        "kind": "receipt",
        "provider_id": provider_id,
        "message_id": message_id,
        "status": status,
        "event_id": f"e-{provider_id}-{status}",
    }


def states(shared: Shared) -> dict[str, str]:
    """The state of each dealer's one message."""
    found = {}
    for name in shared.dealers:
        with shared.at(name):
            found[name] = Message.objects.get(direction="OUT").state
    return found


def test_equal_ids_are_told_apart_by_their_dealer(shared: Shared) -> None:
    ours = {name: shared.write(name) for name in shared.dealers}
    with shared.at("south"):
        named = wire_id(ours["south"].pk)

    shared.take(receipt("unknown", message_id=named))

    assert states(shared) == {"north": "SENT", "south": "DELIVERED"}
    with shared.at("north"):
        assert not InboundEvent.objects.exists()
        assert not EarlyReceipt.objects.exists()


def test_a_receipt_with_the_providers_id_alone_finds_its_dealer(shared: Shared) -> None:
    shared.write("north")
    theirs = shared.write("south")

    shared.take(receipt(theirs.provider_id))

    assert states(shared) == {"north": "SENT", "south": "DELIVERED"}


def test_one_call_of_receipts_for_two_dealers_is_parted(shared: Shared) -> None:
    ours = {name: shared.write(name) for name in shared.dealers}

    shared.take(*(receipt(one.provider_id) for one in ours.values()))

    assert states(shared) == {"north": "DELIVERED", "south": "DELIVERED"}
    with shared.at("north"):
        kept = bytes(InboundEvent.objects.get(kind="RECEIPT").raw).decode()
    assert ours["north"].provider_id in kept
    assert ours["south"].provider_id not in kept


def test_a_receipt_that_comes_before_the_answer_waits_sealed(shared: Shared) -> None:
    ours = shared.write("north")
    SentName.objects.all().delete()
    with shared.at("north"):
        Message.objects.filter(pk=ours.pk).update(state="SENT")
    shared.take(receipt(ours.provider_id))
    assert states_of(shared, ours) == "SENT"

    with shared.at("north"):
        talks.note_names(shared.sender.pk, [ours.provider_id], now=shared.now)
    shared.work()

    assert states_of(shared, ours) == "DELIVERED"
    assert not Arrival.objects.exclude(sealed="").exists()


def states_of(shared: Shared, message: Message) -> str:
    """A message's state at north."""
    with shared.at("north"):
        return Message.objects.get(pk=message.pk).state


def test_a_receipt_of_a_dealer_that_is_not_on_the_sender_moves_nothing(shared: Shared) -> None:
    ours = shared.write("north")

    shared.take(receipt("x", message_id=f"999-{ours.pk}"))
    shared.take(receipt("y", message_id="nonsense"))

    assert states_of(shared, ours) == "SENT"


def test_a_repeated_call_changes_nothing(shared: Shared) -> None:
    ours = shared.write("north")

    for _ in range(3):
        shared.take(receipt(ours.provider_id))

    with shared.at("north"):
        assert InboundEvent.objects.filter(kind="RECEIPT").count() == 1
        assert Message.objects.get(address=ANNA).state == "DELIVERED"
