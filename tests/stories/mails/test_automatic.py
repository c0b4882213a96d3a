"""What machines of the owner's write is kept and never answered, by whatever sign it is known."""

from email.message import EmailMessage

import pytest

from notifications.conversations.models import Conversation
from notifications.flows.models import Expectation
from notifications.outbox.models import Message
from notifications.policy.models import Suppression
from tenants.scope import dealer_scope
from tests.stories.mailing import Correspondence

# What some send without a word in their headers says it in the subject.
SIGNS: list[dict[str, str]] = [
    {"Auto-Submitted": "auto-replied"},
    {"Auto-Submitted": "auto-generated (vacation)"},
    {"Precedence": "bulk"},
    {"Precedence": "auto_reply"},
    {"X-Auto-Response-Suppress": "All"},
    {"X-Autoreply": "yes"},
    {"Subject": "Automatic reply: your visit"},
    {"Subject": "Out of Office"},
    {"Subject": "Respuesta automática: su cita"},
    {"Subject": "Fuera de la oficina"},
    {"Subject": "自动回复：您的预约"},
    {"Subject": "自动答复"},
]


def confirmation(mails: Correspondence) -> EmailMessage:
    with dealer_scope(mails.dealer):
        visit = mails.story.visit().pk
    return mails.start("appointment", entry="confirmation", case_kind="appointment", case_id=visit)


def names(sign: dict[str, str]) -> str:
    return "-".join(f"{name}={value}" for name, value in sign.items())


@pytest.mark.parametrize(
    ("sign", "text"),
    [
        *((sign, "1") for sign in SIGNS),
        *((SIGNS[0], text) for text in ("STOP", "AYUDA", "Estoy fuera hasta el lunes.")),
    ],
)
def test_a_machine_gets_no_answer_and_answers_nothing(boris: Correspondence, sign: dict[str, str], text: str) -> None:
    mail = confirmation(boris)

    boris.write(text, to=str(mail["Reply-To"]), headers=sign)
    boris.fetch()

    assert boris.placed == "AUTOMATIC"
    assert len(boris.box.mails) == 1
    with dealer_scope(boris.dealer):
        assert Message.objects.get(direction="IN").is_automatic
        assert Expectation.objects.get().state == Expectation.State.OPEN
        assert Conversation.objects.get(account=boris.story.account).unread_count == 0
        assert not Suppression.objects.exists()


@pytest.mark.parametrize("sign", [{}, {"Auto-Submitted": "no"}, {"X-Auto-Response-Suppress": "DR, RN"}], ids=names)
def test_a_person_gets_one(boris: Correspondence, sign: dict[str, str]) -> None:
    mail = confirmation(boris)

    boris.write("1", to=str(mail["Reply-To"]), headers=sign)
    boris.fetch()

    assert boris.placed == "REPLY_TO"
    assert len(boris.box.mails) == 2


def test_two_mail_programs_do_not_answer_each_other_for_ever(boris: Correspondence) -> None:
    for _ in range(3):
        boris.write("Gracias por su mensaje, le contestaremos.", headers={"Auto-Submitted": "auto-replied"})

    with dealer_scope(boris.dealer):
        assert not Message.objects.filter(direction="OUT").exists()
