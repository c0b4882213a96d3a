"""The part of allauth that answers here: no sign-up, no further e-mail addresses, no phones, no tokens."""

from typing import Any

from allauth.headless.account import views as account
from allauth.headless.base.views import ConfigView
from allauth.headless.constants import Client
from allauth.headless.mfa import views as mfa
from allauth.headless.usersessions import views as usersessions
from django.urls import path

from api.sign_in import views

VIEWS = {
    "config": ConfigView,
    "auth/session": account.SessionView,
    "auth/login": views.SignIn,
    "auth/reauthenticate": views.Confirm,
    "auth/2fa/authenticate": views.SecondStep,
    "auth/2fa/reauthenticate": views.ConfirmByCode,
    "auth/webauthn/login": views.SignInByPasskey,
    "auth/webauthn/authenticate": views.SecondStepByPasskey,
    "auth/webauthn/reauthenticate": views.ConfirmByPasskey,
    "auth/password/request": views.AskForReset,
    "auth/password/reset": views.ResetPassword,
    "auth/sessions": usersessions.SessionsView,
    "account/authenticators": mfa.AuthenticatorsView,
    "account/authenticators/totp": views.Totp,
    "account/authenticators/recovery-codes": mfa.ManageRecoveryCodesView,
    "account/authenticators/webauthn": views.Passkeys,
}


def _bounded(view: Any) -> Any:  # noqa: ANN401  # allauth ships no types
    bounded: Any = type(view.__name__, (views.Bounded, view), {})
    return bounded.as_api_view(client=Client.BROWSER)


urlpatterns = [path(f"browser/v1/{at}", _bounded(view)) for at, view in VIEWS.items()]
