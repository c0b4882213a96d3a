"""Files of owners' messages are kept once, become the owner's documents, and cost nobody a message."""

from collections.abc import Mapping
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.conf import LazySettings

from channels_app import registry
from channels_app.contract import Account, Inbound
from channels_app.errors import ChannelError, Rejected, Unavailable
from channels_app.media import FileTooLarge, Media
from channels_app.simulator import Simulator
from core.customers.models import ContactPoint
from core.documents import operations as documents
from core.documents import sweeping
from core.documents.models import Document
from core.events.models import Event
from notifications.attachments import leftovers, noting
from notifications.attachments import operations as attachments
from notifications.attachments.models import MessageFile
from notifications.conversations.models import Conversation
from notifications.inbound.models import InboundEvent
from notifications.outbox.models import Message
from tenants.scope import DealerRef, dealer_scope
from tests.core.documents import samples
from tests.stories import mailing, telling
from tests.stories.mailing import Correspondence
from tests.stories.telling import Story

STRANGER = "stranger@example.com"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, settings: LazySettings) -> None:
    settings.STORAGES = settings.STORAGES | {
        "documents": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        }
    }


@pytest.fixture
def anna(north: DealerRef, monkeypatch: pytest.MonkeyPatch) -> Correspondence:
    """Anna, who writes mails."""
    return mailing.begin(north, monkeypatch)


def mail_with(*files: tuple[str, str, bytes], sender: str = "", number: int = 1, text: str = "See") -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = sender or mailing.ADDRESSES["north"]
    mail["To"] = "answers@north.example"
    mail["Message-ID"] = f"<with-files-{number}@owner.example>"
    mail.set_content(text)
    for name, media_type, content in files:
        kind, _, subtype = media_type.partition("/")
        mail.add_attachment(content, maintype=kind, subtype=subtype, filename=name)
    return mail


PHOTO = ("car.jpg", "image/jpeg", samples.JPG)
PAPER = ("bill.pdf", "application/pdf", samples.PDF)


def bring(story: Story) -> None:
    """Do what the workers would."""
    for message_id in set(MessageFile.objects.values_list("message_id", flat=True)):
        attachments.bring(message_id, now=story.now)


def files() -> list[tuple[str, str, str]]:
    return list(MessageFile.objects.order_by("message", "number").values_list("name", "state", "why"))


def test_files_of_a_mail_become_documents_of_their_owner(anna: Correspondence) -> None:
    anna.deliver(mail_with(PHOTO, PAPER))

    with dealer_scope(anna.dealer):
        bring(anna.story)

        assert files() == [("car.jpg", "KEPT", ""), ("bill.pdf", "KEPT", "")]
        kept = Document.objects.order_by("id")
        assert [(row.customer_id, row.kind, row.actor) for row in kept] == [
            (anna.story.customer.pk, "FROM_OWNER", "owner")
        ] * 2
        assert [documents.content_of(row) for row in kept] == [samples.JPG, samples.PDF]
        told = Event.objects.filter(kind="document.added", customer_id=anna.story.customer.pk)
        assert [event.subject_id for event in told.order_by("id")] == [row.pk for row in kept]


def test_a_repeated_mail_brings_its_files_once(anna: Correspondence) -> None:
    anna.deliver(mail_with(PHOTO))
    anna.deliver(mail_with(PHOTO))

    with dealer_scope(anna.dealer):
        bring(anna.story)
        bring(anna.story)

        assert files() == [("car.jpg", "KEPT", "")]
        assert Document.objects.count() == 1


def test_what_another_worker_kept_meanwhile_is_stored_once(
    anna: Correspondence, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna.deliver(mail_with(PHOTO))

    with dealer_scope(anna.dealer):
        [row] = MessageFile.objects.all()
        theirs = documents.add_document

        def meanwhile(*args: object, **kwargs: object) -> Document:
            monkeypatch.setattr(documents, "add_document", theirs)
            attachments.bring(row.message_id, now=anna.story.now)
            return theirs(*args, **kwargs)  # type: ignore[arg-type]  # as it was called

        monkeypatch.setattr(documents, "add_document", meanwhile)
        attachments.bring(row.message_id, now=anna.story.now)

        assert Document.objects.count() == 1
        assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_what_is_not_taken_is_said_and_the_message_stays(anna: Correspondence) -> None:
    program = ("run.exe", "application/x-msdownload", samples.EXE)
    macros = (
        "offer.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", samples.WITH_MACROS,
    )  # fmt: skip
    large = ("film.mp4", "video/mp4", b"\x00\x00\x00\x1cftyp" + b"\x00" * (16 * 1024 * 1024))

    anna.deliver(mail_with(program, macros, large, ("empty.pdf", "application/pdf", b"")))

    with dealer_scope(anna.dealer):
        bring(anna.story)

        assert sorted(files()) == [
            ("empty.pdf", "REFUSED", "EMPTY"),
            ("film.mp4", "REFUSED", "SIZE"),
            ("offer.docx", "REFUSED", "TYPE"),
            ("run.exe", "REFUSED", "TYPE"),
        ]
        assert Document.objects.count() == 0
        assert Message.objects.get(direction="IN").text == "See"


def test_of_very_many_files_the_first_are_kept(anna: Correspondence) -> None:
    many = [(f"{number}.txt", "application/pdf", samples.PDF) for number in range(22)]

    anna.deliver(mail_with(*[(name.replace("txt", "pdf"), kind, content) for name, kind, content in many]))

    with dealer_scope(anna.dealer):
        bring(anna.story)

        assert [state for _, state, _ in files()] == ["KEPT"] * 20 + ["REFUSED"] * 2
        assert {why for _, state, why in files() if state == "REFUSED"} == {"COUNT"}


def test_a_files_name_leads_nowhere(anna: Correspondence) -> None:
    anna.deliver(mail_with(("../../etc/car.jpg", "image/jpeg", samples.JPG)))

    with dealer_scope(anna.dealer):
        bring(anna.story)

        assert Document.objects.get().name == "car.jpg"


def test_a_strangers_file_becomes_the_customers_once_it_is_known_who_wrote(anna: Correspondence) -> None:
    anna.deliver(mail_with(PHOTO, sender=STRANGER))
    with dealer_scope(anna.dealer):
        bring(anna.story)
        assert Document.objects.get().customer_id is None
        ContactPoint.objects.create(
            customer=anna.story.customer,
            kind="EMAIL",
            value=STRANGER,
            created_at=anna.story.now,
            updated_at=anna.story.now,
        )

    anna.deliver(mail_with(sender=STRANGER, number=2))

    with dealer_scope(anna.dealer):
        row = Document.objects.get()
        assert row.customer_id == anna.story.customer.pk
        assert row.conversation_id == Conversation.objects.get(address=STRANGER).pk
        assert Event.objects.filter(kind="document.added", customer_id=anna.story.customer.pk).count() == 1


def test_a_file_that_came_while_its_sender_was_found_out_is_theirs(anna: Correspondence) -> None:
    anna.deliver(mail_with(PHOTO, sender=STRANGER))

    with dealer_scope(anna.dealer):
        Conversation.objects.filter(address=STRANGER).update(customer=anna.story.customer)
        bring(anna.story)

        assert Document.objects.get().customer_id == anna.story.customer.pk


def test_a_strangers_file_goes_after_ninety_days(anna: Correspondence, tmp_path: Path) -> None:
    anna.deliver(mail_with(PHOTO, sender=STRANGER))
    anna.deliver(mail_with(PAPER, number=2))
    with dealer_scope(anna.dealer):
        bring(anna.story)
        almost = sweeping.sweep(now=anna.story.now + timedelta(days=89))

        swept = sweeping.sweep(now=anna.story.now + timedelta(days=91))

        assert (almost, swept) == (0, 1)
        assert Document.objects.get().customer_id == anna.story.customer.pk
        assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1
        assert MessageFile.objects.get(name="car.jpg").document is None


def test_the_other_dealer_has_none_of_it(anna: Correspondence, south: DealerRef) -> None:
    anna.deliver(mail_with(PHOTO))
    with dealer_scope(anna.dealer):
        bring(anna.story)
        taken = Document.objects.get()

    with dealer_scope(south):
        assert (MessageFile.objects.count(), Document.objects.filter(path=taken.path).count()) == (0, 0)
        with pytest.raises(documents.LinkEnded):
            documents.content_of(taken)


class Phone(Simulator):
    """A chat whose messages name files, and whose provider may be away."""

    def __init__(self, says: Mapping[str, bytes | Exception]) -> None:
        super().__init__()
        self.says = says
        self.asked: list[str] = []

    def fetch(self, account: Account, key: str, *, most_bytes: int) -> bytes:
        self.asked.append(key)
        said = self.says[key]
        if isinstance(said, Exception):
            raise said
        return said


@pytest.fixture
def chatting(in_north: DealerRef) -> Story:
    return telling.begin("north")


def photo_came(story: Story, phone: Phone, monkeypatch: pytest.MonkeyPatch, key: str = "photo-1") -> Message:
    """Let a message with a photo come in."""
    monkeypatch.setitem(registry.LOADED, "simulator", phone)
    media = (Media(key, "photo.jpg", "image/jpeg"),)
    heard = noting.noted_of(
        Inbound(provider_id="1", sender=story.address, text="[photo]", media=media), content_type="application/json"
    )
    event = InboundEvent.objects.create(
        account=story.account,
        provider_id=f"came-{key}",
        kind=InboundEvent.Kind.MESSAGE,
        sender=story.address,
        data={"text": "[photo]"} | heard,
        raw=b"{}",
        received_at=story.now,
    )
    story.work()
    event.refresh_from_db()
    return Message.objects.get(pk=event.message_id or 0)


def test_a_chats_photo_is_fetched_by_a_worker_alone(chatting: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    phone = Phone({"photo-1": samples.JPG})
    message = photo_came(chatting, phone, monkeypatch)
    assert phone.asked == []

    attachments.bring(message.pk, now=chatting.now)

    assert files() == [("photo.jpg", "KEPT", "")]
    assert Document.objects.get().customer_id == chatting.customer.pk


@pytest.mark.parametrize(
    ("said", "why"),
    [
        pytest.param(FileTooLarge(), "SIZE", id="too large"),
        pytest.param(Rejected("404"), "GONE", id="there no more"),
        pytest.param(samples.EXE, "TYPE", id="not what it says"),
    ],
)
def test_what_a_provider_does_not_hand_over_is_said(
    said: bytes | ChannelError, why: str, chatting: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = photo_came(chatting, Phone({"photo-1": said}), monkeypatch)

    attachments.bring(message.pk, now=chatting.now)

    assert files() == [("photo.jpg", "REFUSED", why)]


def test_a_provider_that_is_away_is_asked_again_and_not_for_ever(
    chatting: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = Phone({"photo-1": Unavailable("away")})
    photo_came(chatting, phone, monkeypatch)
    while (next_at := leftovers.next_left_at()) is not None:
        chatting.now = next_at
        leftovers.bring_left(now=chatting.now, limit=10)
        bring(chatting)

    assert files() == [("photo.jpg", "REFUSED", "GONE")]
    assert len(phone.asked) == attachments.MOST_TRIES
