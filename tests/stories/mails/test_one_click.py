"""From the header of a mail to the wall: one POST without a cookie ends such mails, and looking ends nothing."""

from email.message import EmailMessage
from urllib.parse import urlsplit

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from notifications.outbox import operations as outbox
from notifications.outbox.models import Message
from notifications.policy.models import Suppression
from tenants.scope import dealer_scope
from tests.stories.mailing import Correspondence
from tests.stories.telling import Story

VISIT_DATE = {"visit_date": "2026-11-15"}
STOPPABLE = [("after_sales_survey", "SURVEY"), ("maintenance_reminder", "REMINDER"), ("win_back", "MARKETING")]


def begun(mails: Correspondence, flow: str) -> EmailMessage:
    with dealer_scope(mails.dealer):
        wishes = wishes_of(mails.story, flow)
    return mails.start(flow, **wishes)


def wishes_of(story: Story, flow: str) -> dict[str, object]:
    if flow == "after_sales_survey":
        return {"case_kind": "follow_up", "case_id": story.follow_up(), "values": VISIT_DATE}
    if flow == "maintenance_reminder":
        return {"due_id": story.maintenance_due(), "values": {"due_date": "2026-11-28"}}
    return {}


def call(mails: Correspondence, mail: EmailMessage, method: str, *, host: str = "") -> HttpResponse:
    """Do as a mail program does with the header of a mail (RFC 8058)."""
    url = urlsplit(str(mail["List-Unsubscribe"]).strip("<>"))
    client = Client(HTTP_HOST=host or url.netloc.partition(":")[0], enforce_csrf_checks=True)
    with time_machine.travel(mails.story.now, tick=False):
        body = b"List-Unsubscribe=One-Click" if method == "POST" else b""
        return client.generic(method, url.path, body, "application/x-www-form-urlencoded")  # type: ignore[return-value]  # the client's own class


def walls(mails: Correspondence) -> list[tuple[str, str, str]]:
    with dealer_scope(mails.dealer):
        return list(Suppression.objects.values_list("purpose", "channel", "source"))


@pytest.mark.parametrize(("flow", "purpose"), STOPPABLE)
def test_one_post_ends_the_mails_of_that_purpose(
    anna: Correspondence, boris: Correspondence, flow: str, purpose: str
) -> None:
    mail = begun(anna, flow)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    answer = call(anna, mail, "POST")

    assert answer.status_code == 200
    assert not answer.cookies
    assert walls(anna) == [(purpose, "smtp", "PAGE")]
    assert walls(boris) == []


def test_what_waits_of_that_purpose_stays_and_a_notice_leaves(anna: Correspondence) -> None:
    mail = begun(anna, "win_back")
    with dealer_scope(anna.dealer):
        for purpose in ("MARKETING", "SERVICE"):
            draft = outbox.Draft(
                account_id=anna.story.account.pk, address=anna.story.address, text="你好", purpose=purpose,
                customer_id=anna.story.customer.pk, priority=50,
            )  # fmt: skip
            outbox.queue_message(draft, now=anna.story.now)

    call(anna, mail, "POST")
    anna.fetch()

    with dealer_scope(anna.dealer):
        states = dict(Message.objects.filter(priority=50, run=None).values_list("purpose", "state"))
    assert states == {"MARKETING": "OPTED_OUT", "SERVICE": "SENT"}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_ends_nothing(anna: Correspondence, method: str) -> None:
    mail = begun(anna, "win_back")

    assert call(anna, mail, method).status_code == 200
    assert walls(anna) == []


def test_at_another_dealers_host_it_is_nothing(anna: Correspondence, boris: Correspondence) -> None:
    mail = begun(anna, "win_back")

    assert call(anna, mail, "POST", host="south.localhost").status_code == 404
    assert walls(anna) == walls(boris) == []


def test_the_notice_of_a_visit_has_no_such_header(anna: Correspondence) -> None:
    with dealer_scope(anna.dealer):
        visit = anna.story.visit()

    mail = anna.start("appointment", entry="confirmation", case_kind="appointment", case_id=visit.pk)

    assert mail["List-Unsubscribe"] is None
    assert mail["List-Unsubscribe-Post"] is None
