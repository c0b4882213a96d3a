"""What allauth's views take, where ours is stricter: lengths, blanks kept, passkeys of our pages, codes once."""

import json
from base64 import urlsafe_b64decode
from typing import Any

from allauth.core import context
from allauth.headless.account import inputs as account
from allauth.headless.internal.restkit.inputs import CharField, EmailField, Input
from allauth.headless.mfa import inputs as mfa
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.http.request import split_domain_port

from tenants import hosts
from tenants.accounts import credentials

LONGEST_PASSWORD = 200
LONGEST_NAME = 100
LONGEST_CODE = 40


def password_field() -> Any:  # noqa: ANN401  # allauth ships no types
    """Return a field that takes a password as it was typed, blanks at its ends too."""
    return CharField(strip=False, max_length=LONGEST_PASSWORD)


class SignIn(account.LoginInput):  # type: ignore[misc]  # allauth ships no types
    password = password_field()


class Confirm(account.ReauthenticateInput):  # type: ignore[misc]
    password = password_field()


class AskForReset(Input):  # type: ignore[misc]
    email = EmailField(max_length=254)

    def save(self, request: object) -> None:
        """Have the link mailed; allauth's own would mail from here, and take longer for those it knows."""
        credentials.ask_for_reset(self.cleaned_data["email"])


class ResetPassword(account.ResetPasswordInput):  # type: ignore[misc]
    password = password_field()


class CodeOnce:
    """Takes no code of an authenticator app twice while it is valid; allauth's own memory is one period long."""

    def clean_code(self) -> Any:  # noqa: ANN401  # allauth's
        """Look at the code. Raises: ValidationError."""
        code = super().clean_code()  # type: ignore[misc]  # a mixin
        used: Authenticator = self.authenticator  # type: ignore[attr-defined]  # set above
        if used.type == Authenticator.Type.TOTP:
            periods = 2 * app_settings.TOTP_TOLERANCE + 1
            if not cache.add(f"totp.used.{used.pk}.{code}", value=1, timeout=periods * app_settings.TOTP_PERIOD):
                raise get_adapter().validation_error("incorrect_code")
        return code


class SecondStep(CodeOnce, mfa.AuthenticateInput):  # type: ignore[misc]
    code = CharField(max_length=LONGEST_CODE)


class ConfirmByCode(CodeOnce, mfa.ReauthenticateInput):  # type: ignore[misc]
    code = CharField(max_length=LONGEST_CODE)


class ActivateTotp(mfa.ActivateTOTPInput):  # type: ignore[misc]
    code = CharField(max_length=LONGEST_CODE)


class FromOurPages:
    """Takes what a passkey has signed only if it was asked on a page of this very host."""

    def clean_credential(self) -> Any:  # noqa: ANN401  # allauth's
        """Look at the page first, then at the signature. Raises: ValidationError."""
        credential = self.cleaned_data["credential"]  # type: ignore[attr-defined]  # a form's
        host, _port = split_domain_port(context.request.get_host())
        if _origin_in(credential) != hosts.origin_of(host):
            raise get_adapter().validation_error("incorrect_code")
        inherited = getattr(super(), "clean_credential", None)
        try:
            return inherited() if inherited else credential
        except (AttributeError, LookupError, TypeError) as error:  # what the library makes of a shape it never met
            raise get_adapter().validation_error("incorrect_code") from error


class SignInByPasskey(FromOurPages, mfa.LoginWebAuthnInput):  # type: ignore[misc]
    pass


class SecondStepByPasskey(FromOurPages, mfa.AuthenticateWebAuthnInput):  # type: ignore[misc]
    pass


class ConfirmByPasskey(FromOurPages, mfa.ReauthenticateWebAuthnInput):  # type: ignore[misc]
    pass


class AddPasskey(FromOurPages, mfa.AddWebAuthnInput):  # type: ignore[misc]
    name = CharField(required=False, max_length=LONGEST_NAME)


class RenamePasskey(mfa.UpdateWebAuthnInput):  # type: ignore[misc]
    name = CharField(max_length=LONGEST_NAME)


def _origin_in(credential: Any) -> str | None:  # noqa: ANN401  # whatever a caller sent
    try:
        encoded = credential["response"]["clientDataJSON"]
        return str(json.loads(urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))["origin"])
    except (LookupError, TypeError, ValueError):
        return None
