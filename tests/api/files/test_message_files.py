"""Files in a conversation: shown with their messages, opened as documents are, by nobody of the other dealer."""

from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from django.test import Client

from api.exporting import SavedFile
from core.documents import operations as documents
from core.models import Document
from notifications.models import Message, MessageFile
from tenants.accounts.roles import Role
from tenants.scope import DealerRef, dealer_scope
from tests.api.conftest import NOW
from tests.api.files.asking import N
from tests.core.documents import samples


@pytest.fixture
def kept(north: DealerRef) -> Document:
    """A photo that came with a message at north, and one that was too large."""
    with dealer_scope(north):
        message = Message.objects.get(pk=N)
        row = documents.add_document(
            documents.NewDocument(
                kind="FROM_OWNER", name="车.jpg", content=samples.JPG, conversation_id=message.conversation_id
            ),
            by=documents.By("owner"),
            now=NOW,
        )
        MessageFile.objects.create(message=message, number=0, state="KEPT", name="车.jpg", document=row)
        MessageFile.objects.create(message=message, number=1, state="REFUSED", why="SIZE", name="film.mp4")
        return row


def files_shown(client: Client, conversation_id: int) -> list[dict[str, Any]]:
    page = client.get(f"/api/v1/conversations/{conversation_id}/messages/").json()
    return [file for message in page["results"] for file in message["files"]]


def test_files_stand_with_their_message(kept: Document, as_role: Callable[[Role], Client]) -> None:
    shown = files_shown(as_role(Role.GENERAL_MANAGER), cast("int", kept.conversation_id))

    assert [(one["name"], one["state"], one["why"], one["document"], one["allowed"]) for one in shown] == [
        ("车.jpg", "KEPT", "", kept.pk, ["open"]),
        ("film.mp4", "REFUSED", "SIZE", None, []),
    ]
    assert shown[0]["size_bytes"] == len(samples.JPG)


def test_a_strangers_file_is_opened_from_the_conversation(kept: Document, as_role: Callable[[Role], Client]) -> None:
    client = as_role(Role.GENERAL_MANAGER)

    link = client.post(f"/api/v1/documents/{kept.pk}/link/").json()["url"]
    answer = cast("SavedFile", client.get(link))

    assert b"".join(cast("Iterator[bytes]", answer.streaming_content)) == samples.JPG
    assert answer["Content-Disposition"].startswith("attachment")


def test_a_removed_file_is_opened_no_more(kept: Document, as_role: Callable[[Role], Client], north: DealerRef) -> None:
    with dealer_scope(north):
        documents.remove_document(kept.pk, reason="private", by=documents.By("user:1"), now=NOW)

    shown = files_shown(as_role(Role.GENERAL_MANAGER), cast("int", kept.conversation_id))

    assert shown[0]["allowed"] == []


def test_the_other_dealer_reaches_it_by_no_id(kept: Document, in_south_as: Callable[[Role], Client]) -> None:
    boris = in_south_as(Role.GENERAL_MANAGER)

    assert files_shown(boris, cast("int", kept.conversation_id)) == []
    assert boris.post(f"/api/v1/documents/{kept.pk}/link/").status_code == 404
    assert boris.get(f"/api/v1/documents/?conversation_id={kept.conversation_id}").json()["results"] == []


def test_nobody_uploads_in_an_owners_name(as_role: Callable[[Role], Client]) -> None:
    answer = as_role(Role.GENERAL_MANAGER).post("/api/v1/documents/", {"kind": "FROM_OWNER", "customer": N})

    assert answer.status_code == 400
