"""Which messages carry which links, and where none may be."""

import pytest

from channels_app import registry
from core.appointments.models import Appointment
from notifications.flows.wording import phrase, subject
from notifications.links import operations as links
from notifications.links.models import OwnerLink
from notifications.outbox import operations as outbox
from tenants.scope import DealerRef, current_dealer
from tests.notifications.links.following import link_in
from tests.notifications.links.posting import Post
from tests.stories import telling
from tests.stories.telling import Story

# A part of a long SMS in UCS-2 has 67 signs (GSM 03.40). Chinese says it in three; Spanish needs more, and some of its
# accents are not in the shorter alphabet either.
LONGEST = {"north": 3 * 67, "south": 6 * 67}
VISIT_DATE = {"visit_date": "2026-11-15"}


@pytest.fixture
def boris(in_south: DealerRef) -> Story:
    return telling.begin("south")


@pytest.fixture
def anna(in_north: DealerRef) -> Story:
    return telling.begin("north")


def post_as(monkeypatch: pytest.MonkeyPatch, **wishes: object) -> Post:
    taking = Post(**wishes)  # type: ignore[arg-type]  # wishes are the post's own
    monkeypatch.setitem(registry.LOADED, "simulator", taking)
    return taking


def start(story: Story, flow: str, entry: str = "start") -> OwnerLink | None:
    """Begin a dialogue as the planner does; return the link its first message carries."""
    wishes: dict[str, object] = {"entry": entry}
    if flow == "after_sales_survey":
        wishes |= {"case_kind": "follow_up", "case_id": story.follow_up(), "values": VISIT_DATE}
    if flow == "maintenance_reminder":
        wishes |= {"due_id": story.maintenance_due(), "values": {"due_date": "2026-11-28"}}
    if flow == "appointment":
        wishes |= {"case_kind": "appointment", "case_id": story.visit().pk}
    story.start(flow, **wishes)
    return link_in(story.last()) if story.last().link_id else None


@pytest.mark.parametrize(
    ("flow", "entry", "purpose", "line"),
    [
        ("after_sales_survey", "start", "SURVEY", "link_survey"),
        ("maintenance_reminder", "start", "VISIT", "link_slots"),
        ("appointment", "confirmation", "VISIT", "link_visit"),
        ("appointment", "day_before", "VISIT", "link_visit"),
        ("appointment", "two_hours_before", "VISIT", "link_visit"),
        ("appointment", "no_show", "VISIT", "link_slots"),
    ],
)
@pytest.mark.parametrize("dealer", ["north", "south"])
def test_a_message_leads_to_the_page_of_its_matter(
    request: pytest.FixtureRequest, dealer: str, flow: str, entry: str, purpose: str, line: str
) -> None:
    story: Story = request.getfixturevalue({"north": "anna", "south": "boris"}[dealer])

    link = start(story, flow, entry)

    assert link is not None
    assert (link.purpose, link.customer_id, link.run_id) == (purpose, story.customer.pk, story.run().pk)
    said = phrase(line, language=story.last().language, values={"link": ""})
    assert said.strip() in story.last().text
    assert f"http://{dealer}.localhost:8000/o/" in story.last().text


def test_a_visit_booked_in_the_chat_is_led_to(boris: Story) -> None:
    start(boris, "maintenance_reminder")
    boris.hear("1")
    boris.hear("1")

    link = link_in(boris.last())
    assert (link.case_kind, link.case_id) == ("appointment", Appointment.objects.get().pk)


def test_a_complaint_leads_to_how_it_stands(boris: Story) -> None:
    boris.hear("esto es una vergüenza, quiero poner una queja")

    link = link_in(boris.last())
    assert (link.purpose, link.case_kind) == ("COMPLAINT", "complaint")


@pytest.mark.parametrize("word", ["AYUDA", "ALTA"])
def test_help_and_a_new_yes_lead_to_ones_own_list(boris: Story, word: str) -> None:
    boris.hear(word)

    assert link_in(boris.last()).purpose == "PREFERENCES"


def test_a_stranger_is_led_nowhere(boris: Story) -> None:
    boris.address = "+34699999999"
    boris.hear("AYUDA")

    assert boris.last().link_id is None
    assert "/o/" not in boris.last().text


def test_questions_within_a_dialogue_carry_no_link(boris: Story) -> None:
    start(boris, "maintenance_reminder")
    boris.hear("1")

    assert boris.last().link_id is None


def test_a_channel_without_links_gets_none(boris: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    post_as(monkeypatch, links=False)

    assert start(boris, "after_sales_survey") is None
    assert "/o/" not in boris.last().text
    assert not OwnerLink.objects.exists()


@pytest.mark.parametrize(
    ("flow", "stops"),
    [("after_sales_survey", "SURVEY"), ("maintenance_reminder", "REMINDER"), ("win_back", "MARKETING")],
)
def test_mail_can_be_unsubscribed_from_in_text_and_head(
    boris: Story, monkeypatch: pytest.MonkeyPatch, flow: str, stops: str
) -> None:
    post = post_as(monkeypatch, address_kind="EMAIL")
    start(boris, flow)

    outbox.dispatch_batch(now=boris.now)

    (mail,) = post.taken
    link = OwnerLink.objects.get(purpose="UNSUBSCRIBE")
    token = links.tokens_of({link.pk})[link.pk]
    assert mail.unsubscribe_url == f"http://south.localhost:8000/o/{token}/"
    assert mail.text.endswith(mail.unsubscribe_url)
    assert link.stops == stops


@pytest.mark.parametrize(
    ("flow", "entry", "steps"),
    [
        ("after_sales_survey", "start", ["overall"]),
        ("maintenance_reminder", "start", ["opening"]),
        ("appointment", "day_before", ["day_before"]),
    ],
)
@pytest.mark.parametrize("dealer", ["north", "south"])
def test_a_mail_has_a_subject_and_leads_to_its_owners_choices(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    dealer: str,
    flow: str,
    entry: str,
    steps: list[str],
) -> None:
    story: Story = request.getfixturevalue({"north": "anna", "south": "boris"}[dealer])
    post = post_as(monkeypatch, address_kind="EMAIL")
    start(story, flow, entry)

    outbox.dispatch_batch(now=story.now)

    (mail,) = post.taken
    headed = subject(flow, steps, language=mail.language, values={"dealer": current_dealer().shown_name})
    link = OwnerLink.objects.get(purpose="PREFERENCES")
    token = links.tokens_of({link.pk})[link.pk]
    assert mail.subject == headed != subject(flow, (), language=mail.language, values={"dealer": "x"})
    assert f"http://{dealer}.localhost:8000/o/{token}/" in mail.text
    assert f'href="http://{dealer}.localhost:8000/o/{token}/"' in mail.html
    assert link.customer_id == story.customer.pk


def test_what_stands_beneath_a_mail_is_not_in_the_conversation(boris: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    post_as(monkeypatch, address_kind="EMAIL")

    start(boris, "win_back")

    assert "/o/" not in boris.last().text


def test_the_notice_of_ones_own_visit_has_nothing_to_unsubscribe_from(
    boris: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = post_as(monkeypatch, address_kind="EMAIL")
    start(boris, "appointment", "confirmation")

    outbox.dispatch_batch(now=boris.now)

    assert post.taken[0].unsubscribe_url == ""
    assert not OwnerLink.objects.filter(purpose="UNSUBSCRIBE").exists()


def test_a_text_message_has_no_unsubscribe_link(boris: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    post = post_as(monkeypatch)
    start(boris, "after_sales_survey")

    outbox.dispatch_batch(now=boris.now)

    assert post.taken[0].unsubscribe_url == ""


@pytest.mark.parametrize(
    ("flow", "entry"),
    [
        ("after_sales_survey", "start"),
        ("maintenance_reminder", "start"),
        ("appointment", "confirmation"),
        ("appointment", "no_show"),
    ],
)
@pytest.mark.parametrize("dealer", ["north", "south"])
def test_a_message_with_its_link_stays_within_reason(
    request: pytest.FixtureRequest, dealer: str, flow: str, entry: str
) -> None:
    story: Story = request.getfixturevalue({"north": "anna", "south": "boris"}[dealer])

    start(story, flow, entry)

    assert len(story.last().text) <= LONGEST[dealer]
