"""What the environment says, read."""

import subprocess
import sys
from pathlib import Path

import pytest

from deploy import env

ROOT = Path(__file__).resolve().parents[2]
SOCKET = "postgresql://aftercare@/aftercare?host=/srv/var/sockets"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgresql://care:p%40ss@db.internal:6432/care",
            {"NAME": "care", "USER": "care", "PASSWORD": "p@ss", "HOST": "db.internal", "PORT": "6432", "OPTIONS": {}},
        ),
        (
            SOCKET,
            {
                "NAME": "aftercare",
                "USER": "aftercare",
                "PASSWORD": "",
                "HOST": "/srv/var/sockets",
                "PORT": "",
                "OPTIONS": {},
            },
        ),
        (
            "postgres://care@db/care?sslmode=require",
            {
                "NAME": "care",
                "USER": "care",
                "PASSWORD": "",
                "HOST": "db",
                "PORT": "",
                "OPTIONS": {"sslmode": "require"},
            },
        ),
    ],
    ids=["password and port", "socket", "options"],
)
def test_a_database_address_is_read(url: str, expected: dict[str, object]) -> None:
    assert env.database(url) == expected


@pytest.mark.parametrize(
    "url", ["mysql://care@db/care", "postgresql://care@db", "care"], ids=["engine", "name", "word"]
)
def test_another_database_address_is_refused(url: str) -> None:
    with pytest.raises(env.SettingUnreadable):
        env.database(url)


@pytest.mark.parametrize(
    ("word", "expected"), [("1", True), ("Yes", True), ("off", False), ("", True)], ids=["1", "Yes", "off", "not set"]
)
def test_a_flag_is_read(monkeypatch: pytest.MonkeyPatch, word: str, expected: bool) -> None:
    monkeypatch.setenv("SOME_FLAG", word)

    assert env.flag("SOME_FLAG", default=True) is expected


def test_an_unclear_flag_or_number_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_FLAG", "perhaps")

    with pytest.raises(env.SettingUnreadable):
        env.flag("SOME_FLAG", default=True)
    with pytest.raises(env.SettingUnreadable):
        env.number("SOME_FLAG", default=1)


@pytest.mark.parametrize(
    ("valkey", "broker"),
    [
        ("unix:///srv/valkey.sock?db=3", "redis+socket:///srv/valkey.sock?virtual_host=3"),
        ("unix:///srv/valkey.sock", "redis+socket:///srv/valkey.sock?virtual_host=0"),
        ("redis://valkey:6379/1", "redis://valkey:6379/1"),
    ],
    ids=["socket", "socket without number", "port"],
)
def test_the_broker_is_the_same_valkey(valkey: str, broker: str) -> None:
    assert env.broker_of(valkey) == broker


def test_a_named_database_without_a_secret_stops_the_start() -> None:
    environment = {"DATABASE_URL": "postgresql://care@db.invalid/care", "PATH": "/usr/bin:/bin"}

    verdict = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )

    assert verdict.returncode != 0
    assert "SECRET_KEY is not set" in verdict.stderr


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example", {"EMAIL_HOST": "mail.example", "EMAIL_PORT": 587, "EMAIL_USE_TLS": True}),
        (
            "smtps://a%40b:p%2Fw@mail.example",
            {"EMAIL_HOST_USER": "a@b", "EMAIL_HOST_PASSWORD": "p/w", "EMAIL_PORT": 465},
        ),
        ("smtps://mail.example", {"EMAIL_USE_SSL": True, "EMAIL_USE_TLS": False}),
        ("smtp://localhost:25?starttls=no", {"EMAIL_PORT": 25, "EMAIL_USE_TLS": False, "EMAIL_TIMEOUT": 10}),
        ("file:///srv/mail%20box", {"EMAIL_FILE_PATH": "/srv/mail box"}),
    ],
    ids=["starttls", "user", "tls", "relay", "folder"],
)
def test_a_mail_server_is_read_from_one_address(url: str, expected: dict[str, object]) -> None:
    assert expected.items() <= env.mail(url).items()


@pytest.mark.parametrize("url", ["", "mail.example", "imap://mail.example", "smtp://", "file://"])
def test_what_is_no_mail_server_is_said(url: str) -> None:
    with pytest.raises(env.SettingUnreadable, match="EMAIL_URL"):
        env.mail(url)


def test_without_an_address_documents_lie_in_the_folder_for_the_house_alone(tmp_path: Path) -> None:
    found = env.storage("", folder=tmp_path)

    assert found["BACKEND"].endswith("FileSystemStorage")
    assert (found["OPTIONS"]["location"], found["OPTIONS"]["file_permissions_mode"]) == (tmp_path, 0o600)


def test_an_s3_address_names_server_bucket_and_key(tmp_path: Path) -> None:
    options = env.storage("s3://key:s%2Fcret@store.example:9000/owners?region=x", folder=tmp_path)["OPTIONS"]

    assert options["endpoint_url"] == "https://store.example:9000"
    assert (options["bucket_name"], options["access_key"], options["secret_key"]) == ("owners", "key", "s/cret")
    assert (options["region_name"], options["default_acl"], options["file_overwrite"]) == ("x", None, False)


@pytest.mark.parametrize("url", ["ftp://x/y", "s3://host", "s3:///bucket", "/var/media"])
def test_another_address_of_a_storage_stops_the_start(url: str, tmp_path: Path) -> None:
    with pytest.raises(env.SettingUnreadable, match="s3://key:secret@host:port/bucket"):
        env.storage(url, folder=tmp_path)
