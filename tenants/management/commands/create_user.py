"""Adds somebody who may sign in: at a dealer, or at a manufacturer or the platform."""

from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError
from django.utils import timezone

from tenants import signs
from tenants.accounts import operations
from tenants.management import places


class Command(BaseCommand):
    help = "Add a user; the password is asked for, or read from standard input."

    def add_arguments(self, parser: CommandParser) -> None:
        places.add_dealer(parser)
        parser.add_argument("email")
        for required in ("--name", "--role"):
            parser.add_argument(required, required=True)
        parser.add_argument("--language", default=settings.LANGUAGE_CODE, choices=dict(settings.LANGUAGES))
        parser.add_argument("--manufacturer", help="its name; for a manufacturer's own people")
        parser.add_argument("--region", help="its name; for a regional manager")

    def handle(self, *args: Any, **options: Any) -> None:
        person = {key: options[key] for key in ("email", "name", "role", "language")}
        names = {key: options[key] for key in ("manufacturer", "region")}
        manufacturer_id, region_id = places.manufacturer_and_region(**names)
        ids: dict[str, Any] = {"manufacturer_id": manufacturer_id, "region_id": region_id}
        try:
            with places.chosen(options["dealer"]):
                password = places.password()
                validate_password(password)
                user = operations.create_user(**person, **ids, password=password, now=timezone.now())
        except (operations.RoleOutOfPlace, ValidationError) as refusal:
            raise CommandError(str(refusal)) from refusal
        except (signs.Unseen, signs.NothingToRead) as refusal:
            raise CommandError("the name holds signs that nobody sees, or nothing else") from refusal
        except IntegrityError as taken:
            raise CommandError("the address is taken, or the role does not fit a manufacturer") from taken
        self.stdout.write(f"Added user {user.pk}.")
