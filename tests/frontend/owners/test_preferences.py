"""The page of what may be sent: what it shows, what a change writes, and wishes about how and when."""

import re
from datetime import timedelta

import pytest

from core.customers.models import Consent, Customer, FieldChange
from notifications.channels.models import ChannelAccount
from notifications.links.rules import Purpose
from notifications.policy.models import Suppression
from tenants.scope import dealer_scope
from tests.frontend.owners.conftest import Owner
from tests.notifications.files import make_consent
from tests.notifications.links.following import new_link

BOX = re.compile(r'<input type="checkbox" name="([\w.:]+)"( checked)?( disabled)?>')


@pytest.fixture
def path(anna: Owner) -> str:
    """Anna's page; she allowed everything long ago."""
    with dealer_scope(anna.dealer):
        make_consent(anna.story.customer, is_granted=True, given_at=anna.story.now - timedelta(days=9))
        return anna.path(new_link(anna.story, Purpose.PREFERENCES))


def boxes(text: str) -> dict[str, bool]:
    return {name: bool(checked) for name, checked, _ in BOX.findall(text)}


def ticked(text: str, *but: str) -> dict[str, str]:
    """Return the form as a browser sends it, without some of the boxes."""
    return {name: "on" for name, checked in boxes(text).items() if checked and name not in but} | {"do": "list"}


def file_of(owner: Owner) -> Customer:
    with dealer_scope(owner.dealer):
        return Customer.objects.get(pk=owner.story.customer.pk)


def test_the_list_shows_what_holds_now(anna: Owner, path: str) -> None:
    with dealer_scope(anna.dealer):
        make_consent(anna.story.customer, is_granted=False, given_at=anna.story.now, purpose="SURVEY")

    assert boxes(anna.read(path)) == {
        "REMINDER.simulator": True,
        "REMINDER.CALL": True,
        "SURVEY.simulator": False,
        "SURVEY.CALL": False,
        "MARKETING.simulator": True,
        "MARKETING.CALL": True,
    }


def test_unticking_is_kept_with_what_was_shown(anna: Owner, path: str) -> None:
    text = anna.sent(path, **ticked(anna.read(path), "MARKETING.simulator"))

    assert "Saved. This holds from now on." in text
    assert not boxes(text)["MARKETING.simulator"]
    with dealer_scope(anna.dealer):
        consent = Consent.objects.get(source="PAGE")
        assert (consent.wording, consent.is_granted) == ("Offers and events · Text message", False)
        assert Suppression.objects.get().source == "PAGE"


def test_the_proof_is_in_the_language_that_was_shown(anna: Owner, path: str) -> None:
    form = ticked(anna.read(path), "MARKETING.simulator")

    anna.sent(f"{path}?l=es", **form)

    with dealer_scope(anna.dealer):
        assert Consent.objects.get(source="PAGE").wording == "Ofertas y eventos · SMS"


def test_each_car_has_a_box_where_there_are_two(anna: Owner, path: str) -> None:
    with dealer_scope(anna.dealer):
        other = anna.story.another_car()

    text = anna.sent(path, **ticked(anna.read(path), f"REMINDER:{other.pk}"))

    assert not boxes(text)[f"REMINDER:{other.pk}"]
    with dealer_scope(anna.dealer):
        consent = Consent.objects.get(source="PAGE")
        assert (consent.vehicle_id, consent.purpose, consent.channel) == (other.pk, "REMINDER", "")


def test_what_a_provider_blocks_is_shown_and_stays(anna: Owner, path: str) -> None:
    with dealer_scope(anna.dealer):
        Suppression.objects.create(
            customer=anna.story.customer, channel="simulator", reason="x", source="PROVIDER", at=anna.story.now
        )

    text = anna.sent(path, **ticked(anna.read(path)) | {"REMINDER.simulator": "on"})

    assert ("REMINDER.simulator", "", " disabled") in BOX.findall(text)
    with dealer_scope(anna.dealer):
        assert not Consent.objects.filter(source="PAGE").exists()


def test_a_form_without_boxes_is_a_no_to_all_but_ones_own_visits(anna: Owner, path: str) -> None:
    text = anna.sent(path, do="list")

    assert not any(boxes(text).values())
    with dealer_scope(anna.dealer):
        assert not Suppression.objects.filter(purpose__in=["", "SERVICE"]).exists()


def test_wishes_are_kept_with_their_history(anna: Owner, path: str) -> None:
    text = anna.sent(
        path, do="wishes", language="es", preferred_channel="simulator", **{"from": "18:00", "until": "20:30"}
    )

    customer = file_of(anna)
    assert (customer.language, customer.preferred_channel) == ("es", "simulator")
    assert (str(customer.preferred_from), str(customer.preferred_until)) == ("18:00:00", "20:30:00")
    assert '<option value="es" selected>' in text
    assert 'type="time" value="18:00"' in text
    with dealer_scope(anna.dealer):
        assert set(FieldChange.objects.values_list("actor", flat=True)) == {"owner"}


@pytest.mark.parametrize(
    "clock",
    [
        {"from": "18:00", "until": ""},
        {"from": "", "until": "18:00"},
        {"from": "18:00", "until": "08:00"},
        {"from": "18:00", "until": "18:00"},
        {"from": "x", "until": "18:00"},
        {"from": "25:00", "until": "26:00"},
    ],
)
def test_times_that_are_none_are_asked_for_again(anna: Owner, path: str, clock: dict[str, str]) -> None:
    text = anna.sent(path, do="wishes", **clock)

    assert "Please give both times" in text
    assert file_of(anna).preferred_from is None


def test_wishes_that_were_not_offered_are_not_kept(anna: Owner, path: str) -> None:
    anna.sent(path, do="wishes", language="xx", preferred_channel="pigeon")

    assert (file_of(anna).language, file_of(anna).preferred_channel) == ("", "")


def test_times_can_be_taken_back(anna: Owner, path: str) -> None:
    anna.sent(path, do="wishes", **{"from": "18:00", "until": "00:00"})
    assert file_of(anna).preferred_from is not None

    anna.sent(path, do="wishes", **{"from": "", "until": ""})

    assert file_of(anna).preferred_from is None


def test_a_chat_is_opened_by_a_link_made_when_it_is_asked_for(anna: Owner, path: str) -> None:
    with dealer_scope(anna.dealer):
        ChannelAccount.objects.create(kind="telegram", address="@north_bot", public_id="bot", created_at=anna.story.now)
    assert "Chat with us" in anna.read(path)
    assert "t.me" not in anna.read(path)

    shown = anna.post(path, do="chat", channel="telegram").content.decode()

    assert re.search(r'href="https://t\.me/north_bot\?start=[\w-]{22}"', shown)


def test_a_chat_that_the_dealer_has_not_is_not_offered(anna: Owner, path: str) -> None:
    assert "Chat with us" not in anna.sent(path, do="chat", channel="telegram")
