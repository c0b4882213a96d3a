"""allauth's views as they answer here: bounded, throttled by address, with our stricter inputs."""

import json
from http import HTTPStatus
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.headless.account import views as account
from allauth.headless.internal.restkit.response import APIResponse
from allauth.headless.mfa import views as mfa
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from api.access import AddressThrottle
from api.me import keep_language
from api.reading import LengthUnreadable, TooLarge, body_of
from api.sign_in import inputs
from tenants.accounts.models import User

# A passkey's answer is the longest of what is sent here, a few kilobytes.
LARGEST_BODY = 64 * 1024


class Bounded:
    """Reads no more than needs be, and not too often from one address."""

    throttle_scope = "sign_in"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  # allauth's
        """Answer, or ask to wait."""
        throttle = AddressThrottle()
        # All that it reads of either is the address, the method and the scope.
        if throttle.allow_request(request, self):  # type: ignore[arg-type]
            response = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]  # a mixin
            _go_on_in_own_language(request, response)
            return response
        answer = APIResponse(request, status=HTTPStatus.TOO_MANY_REQUESTS)
        answer["Retry-After"] = str(int(throttle.wait() or 0) + 1)
        return answer

    def _parse_json(self, request: HttpRequest) -> Any:  # noqa: ANN401  # whatever a caller sent
        try:
            body_of(request, longest=LARGEST_BODY)
        except (TooLarge, LengthUnreadable) as error:
            raise ImmediateHttpResponse(HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)) from error
        data = super()._parse_json(request)  # type: ignore[misc]  # a mixin
        try:
            # Half a character, as JSON can write it, is nothing that can be hashed or stored.
            json.dumps(data, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            raise ImmediateHttpResponse(HttpResponse(status=HTTPStatus.BAD_REQUEST)) from error
        return data


def _go_on_in_own_language(request: HttpRequest, response: HttpResponse) -> None:
    """Speak as somebody does who has come in, unless another language was chosen in this browser."""
    if isinstance(request.user, User) and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        keep_language(request.user, response)


class SignIn(account.LoginView):  # type: ignore[misc]  # allauth ships no types
    input_class = inputs.SignIn


class Confirm(account.ReauthenticateView):  # type: ignore[misc]
    input_class = inputs.Confirm


class AskForReset(account.RequestPasswordResetView):  # type: ignore[misc]
    input_class = inputs.AskForReset


class ResetPassword(account.ResetPasswordView):  # type: ignore[misc]
    input_class = inputs.ResetPassword


class SecondStep(mfa.AuthenticateView):  # type: ignore[misc]
    input_class = inputs.SecondStep


class ConfirmByCode(mfa.ReauthenticateView):  # type: ignore[misc]
    input_class = inputs.ConfirmByCode


class SignInByPasskey(mfa.LoginWebAuthnView):  # type: ignore[misc]
    input_class = {"POST": inputs.SignInByPasskey}


class SecondStepByPasskey(mfa.AuthenticateWebAuthnView):  # type: ignore[misc]
    input_class = {"POST": inputs.SecondStepByPasskey}


class ConfirmByPasskey(mfa.ReauthenticateWebAuthnView):  # type: ignore[misc]
    input_class = {"POST": inputs.ConfirmByPasskey}


class Totp(mfa.ManageTOTPView):  # type: ignore[misc]
    input_class = {"POST": inputs.ActivateTotp}


class Passkeys(mfa.ManageWebAuthnView):  # type: ignore[misc]
    input_class = {**mfa.ManageWebAuthnView.input_class, "POST": inputs.AddPasskey, "PUT": inputs.RenamePasskey}
