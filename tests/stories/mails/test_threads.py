"""Mails find each other: ours names what it answers, theirs is placed by token, then by thread, then by question."""

import pytest

from notifications.flows.models import Expectation, FlowRun
from notifications.outbox.models import Message
from tenants.scope import dealer_scope
from tests.stories.mailing import Correspondence

SURVEY = {"values": {"visit_date": "2026-11-15"}, "case_kind": "follow_up"}


def survey(mails: Correspondence) -> tuple[str, str]:
    """Ask how the visit was; return the Message-ID and the address for answers."""
    with dealer_scope(mails.dealer):
        follow_up = mails.story.follow_up()
    mail = mails.start("after_sales_survey", case_id=follow_up, **SURVEY)
    return str(mail["Message-ID"]), str(mail["Reply-To"])


def visit(mails: Correspondence) -> None:
    """Ask about a visit, as the newer question that takes the same digits."""
    with dealer_scope(mails.dealer):
        booked = mails.story.visit().pk
    mails.start("appointment", entry="confirmation", case_kind="appointment", case_id=booked)


def answered(mails: Correspondence) -> list[str]:
    """Which flows have had an answer."""
    with dealer_scope(mails.dealer):
        rows = Expectation.objects.filter(state=Expectation.State.ANSWERED)
        return sorted(rows.values_list("run__flow_version__key", flat=True).distinct())


def test_an_answer_of_ours_names_the_mail_it_answers(anna: Correspondence) -> None:
    mail_id, _ = survey(anna)
    first = anna.box.mails[-1]

    theirs = anna.write("5", headers={"In-Reply-To": mail_id})
    ours = anna.fetch()

    assert first["In-Reply-To"] is None
    assert ours["In-Reply-To"] == ours["References"] == theirs["Message-ID"]


def test_what_comes_unasked_begins_a_thread_of_its_own(anna: Correspondence) -> None:
    anna.write("你好")
    anna.fetch()
    with dealer_scope(anna.dealer):
        due_id = anna.story.maintenance_due()

    mail = anna.start("maintenance_reminder", due_id=due_id, is_proactive=True, values={"due_date": "2026-11-28"})

    assert mail["In-Reply-To"] is None


@pytest.mark.parametrize("how", ["token", "In-Reply-To", "References"])
def test_an_answer_goes_to_the_mail_it_names_before_the_newest_question(anna: Correspondence, how: str) -> None:
    mail_id, address = survey(anna)
    visit(anna)

    if how == "token":
        anna.write("1", to=address)
    else:
        anna.write("1", headers={how: f"<unknown@example.com> {mail_id}"})

    assert anna.placed == "REPLY_TO"
    assert answered(anna) == ["after_sales_survey"]


def test_the_token_outranks_the_thread(anna: Correspondence) -> None:
    _, address = survey(anna)
    visit(anna)
    newest = str(anna.box.mails[-1]["Message-ID"])

    anna.write("1", to=address, headers={"In-Reply-To": newest})

    assert answered(anna) == ["after_sales_survey"]


def test_a_mail_that_names_nothing_answers_the_newest_question(anna: Correspondence) -> None:
    survey(anna)
    visit(anna)

    anna.write("1")

    assert anna.placed == "EXPECTATION"
    assert answered(anna) == ["appointment"]


def test_another_dealers_token_leads_nowhere(anna: Correspondence, boris: Correspondence) -> None:
    survey(anna)
    visit(anna)
    mail_id, address = survey(boris)

    anna.write("1", to=address, headers={"In-Reply-To": mail_id})

    assert anna.placed == "EXPECTATION"
    assert answered(anna) == ["appointment"]
    assert answered(boris) == []
    with dealer_scope(boris.dealer):
        assert not Message.objects.filter(direction="IN").exists()
        assert FlowRun.objects.get().status == FlowRun.Status.RUNNING


def test_a_token_with_one_sign_changed_leads_nowhere(anna: Correspondence) -> None:
    _, address = survey(anna)
    visit(anna)
    signed, at, domain = address.partition("@")
    forged = signed[:-1] + ("0" if signed[-1] != "0" else "1")

    anna.write("1", to=f"{forged}{at}{domain}")

    assert anna.placed == "EXPECTATION"
    assert answered(anna) == ["appointment"]
