"""Reads the environment, typed. Every setting that an operator may set comes through here and nowhere else."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off", ""})
# The ports that mail servers take submissions at.
SMTP_PORTS = {"smtp": 587, "smtps": 465}
MAIL_SECONDS = 10

DatabaseSettings = dict[str, Any]
StorageSettings = dict[str, Any]


class SettingMissing(ImproperlyConfigured):
    """A setting without which the house must not open."""


class SettingUnreadable(ImproperlyConfigured):
    """A setting is there but does not say anything that we understand."""


def text(name: str, *, default: str = "") -> str:
    """Return the variable's words, stripped; an empty one counts as not set."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool) -> bool:
    """Return whether the variable says yes.

    Raises: SettingUnreadable when it says neither yes nor no.
    """
    word = text(name).lower()
    if not word:
        return default
    if word in TRUE_WORDS | FALSE_WORDS:
        return word in TRUE_WORDS
    message = f"{name} must be one of 1, 0, true, false, yes, no; it is {word!r}."
    raise SettingUnreadable(message)


def number(name: str, *, default: int) -> int:
    """Return the variable as a whole number.

    Raises: SettingUnreadable when it is not one.
    """
    word = text(name)
    try:
        return int(word) if word else default
    except ValueError as error:
        message = f"{name} must be a whole number; it is {word!r}."
        raise SettingUnreadable(message) from error


def words(name: str, *, default: tuple[str, ...] = ()) -> list[str]:
    """Return the comma-separated parts of the variable."""
    parts = [part.strip() for part in text(name).split(",")]
    return [part for part in parts if part] or list(default)


def folder(name: str, *, default: Path) -> Path:
    """Return the variable as an absolute path."""
    return Path(text(name, default=str(default))).expanduser().absolute()


def required(name: str, *, because: str) -> str:
    """Return the variable's words.

    Raises: SettingMissing when it is not set.
    """
    value = text(name)
    if value:
        return value
    message = f"{name} is not set. {because}"
    raise SettingMissing(message)


def database(url: str) -> DatabaseSettings:
    """Return Django's connection settings for a postgresql:// address.

    A socket folder may stand in the query (`?host=/folder`), as libpq has it; other query words become libpq options.

    Raises: SettingUnreadable when the address is for another engine or names no database.
    """
    parts = urlsplit(url)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in {"postgresql", "postgres"} or not name:
        message = "DATABASE_URL must read postgresql://user:password@host:port/database."
        raise SettingUnreadable(message)
    return {
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": query.pop("port", str(parts.port or "")),
        "OPTIONS": dict(query),
    }


def mail(url: str) -> dict[str, Any]:
    """Return Django's mail settings for an address: smtp:// (STARTTLS), smtps://, or file:// for a folder.

    A relay on the same machine that knows no TLS is written smtp://localhost:25?starttls=no.
    Raises: SettingUnreadable.
    """
    parts = urlsplit(url)
    if parts.scheme == "file" and parts.path:
        folder_of_mails = {"EMAIL_FILE_PATH": unquote(parts.path)}
        return {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend", **folder_of_mails}
    if parts.scheme not in SMTP_PORTS or not parts.hostname:
        message = "EMAIL_URL must read smtp://user:password@host:587, smtps://user:password@host:465 or file:///folder."
        raise SettingUnreadable(message)
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or SMTP_PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and parse_qs(parts.query).get("starttls") != ["no"],
        "EMAIL_TIMEOUT": MAIL_SECONDS,
    }


def broker_of(valkey_url: str) -> str:
    """Return the address under which Celery's broker transport knows the same Valkey."""
    parts = urlsplit(valkey_url)
    if parts.scheme != "unix":
        return valkey_url
    number_of_database = parse_qs(parts.query).get("db", ["0"])[-1]
    return f"redis+socket://{parts.path}?virtual_host={number_of_database}"


def storage(url: str, *, folder: Path) -> StorageSettings:
    """Return Django's settings of the storage at an address: `s3://key:secret@host:port/bucket`, or none for `folder`.

    An S3-compatible server of any maker; without key and secret the machine's own role is used. In the query:
    `region`, and `scheme=http` where the server is in our own network.

    Raises: SettingUnreadable when the address is of another kind or names no bucket.
    """
    if not url:
        # Nobody but the house reads owners' documents.
        options: dict[str, Any] = {
            "location": folder,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        }
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}
    parts = urlsplit(url)
    bucket = parts.path.strip("/")
    if parts.scheme != "s3" or not parts.hostname or not bucket:
        message = "MEDIA_URL must read s3://key:secret@host:port/bucket; without it files are kept in var/media."
        raise SettingUnreadable(message)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    host = parts.hostname + (f":{parts.port}" if parts.port else "")
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": _s3(parts, query, host=host, bucket=bucket)}


def _s3(parts: SplitResult, query: Mapping[str, str], *, host: str, bucket: str) -> dict[str, Any]:
    # Here, not above: only houses that keep their documents so pay for reading the library.
    from botocore.config import Config  # noqa: PLC0415

    return {
        "bucket_name": bucket,
        "access_key": unquote(parts.username) if parts.username else None,
        "secret_key": unquote(parts.password) if parts.password else None,
        "endpoint_url": f"{query.get('scheme', 'https')}://{host}",
        "region_name": query.get("region"),
        # Private, and never one over the other.
        "default_acl": None,
        "querystring_auth": True,
        "file_overwrite": False,
        "client_config": Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            connect_timeout=5,
            read_timeout=30,
            # Servers of other makers do not know the newer checksums; the signature covers the body.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    }
