"""Names that people type hold nothing that cannot be seen, and whoever tries is told so in their language."""

from typing import Any

import pytest
from django.test import Client

from tenants import signs
from tenants.accounts.models import User

UNSEEN = ["\x07", "\x1b", "\x7f", "\x9b", "\u202a", "\u202e", "\u2066", "\u2069"]
SENTENCES = {"en": "A name holds no control characters", "es": "Un nombre no lleva", "zh-hans": "名称不能包含控制字符"}


def invite(client: Client, name: str, **headers: Any) -> Any:
    body = {"email": "anna@north.example", "name": name, "role": "SERVICE_ADVISOR", "language": "en"}
    return client.post("/api/v1/invitations/", body, content_type="application/json", **headers)


def rename(client: Client, path: str, name: str) -> Any:
    return client.patch(f"/api/v1/{path}/", {"name": name}, content_type="application/json")


@pytest.mark.parametrize("sign", UNSEEN)
def test_nobody_is_called_what_cannot_be_seen(sign: str, as_clara: Client, clara: User) -> None:
    name = f"Cla{sign}ra"

    refused = [invite(as_clara, name), rename(as_clara, "me", name), rename(as_clara, f"users/{clara.pk}", name)]

    assert [answer.status_code for answer in refused] == [400, 400, 400]
    assert {row["field"] for answer in refused for row in answer.json()["errors"]} == {"name"}
    assert as_clara.get("/api/v1/me/").json()["name"] == "Clara"


@pytest.mark.parametrize("language", SENTENCES)
def test_the_sentence_is_in_the_callers_language(language: str, as_clara: Client) -> None:
    answer = invite(as_clara, "An\u202ena", headers={"Accept-Language": language})

    assert answer.json()["errors"][0]["message"].startswith(SENTENCES[language])


@pytest.mark.parametrize("name", ["Anna", "安娜", "Doña Ana-María d'Óö", "آنا\u200cبیگم", "👩\u200d🔧"])
def test_names_of_every_writing_are_taken(name: str, as_clara: Client) -> None:
    assert not signs.has_unseen(name)
    assert rename(as_clara, "me", name).json()["name"] == name
