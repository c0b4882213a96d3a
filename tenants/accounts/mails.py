"""Mails to people who sign in. Their texts are templates in frontend/templates/mails, in all languages.

A template `<name>.txt` holds the subject in its first line and the text below; `<name>.html` the same as a page.
"""

from collections.abc import Mapping
from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from tenants import places
from tenants.accounts import links
from tenants.accounts.changes import Change
from tenants.accounts.models import Invitation, User

SENTENCES: Mapping[Change, str] = {
    Change.PASSWORD_CHANGED: _("Your password was changed."),
    Change.PASSWORD_RESET: _("Your password was changed by a link from a mail."),
    Change.TOTP_ADDED: _("An authenticator app was added to your sign-in."),
    Change.TOTP_REMOVED: _("The authenticator app was removed from your sign-in."),
    Change.RECOVERY_CODES_MADE: _("New recovery codes were made for your sign-in; the old ones work no more."),
    Change.PASSKEY_ADDED: _("A passkey was added to your sign-in."),
    Change.PASSKEY_REMOVED: _("A passkey was removed from your sign-in."),
}


def send_reset(user_id: int) -> None:
    """Send the link by which somebody sets another password; one who has left meanwhile gets none."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is not None:
        _send("password_reset", to=user, context={"link": links.reset_link(user)})


def send_invitation(invitation_id: int) -> None:
    """Send an invitation's link; one accepted or withdrawn meanwhile is not sent."""
    invitation = Invitation.objects.filter(pk=invitation_id, accepted_at=None, withdrawn_at=None).first()
    if invitation is not None:
        _send("invitation", to=invitation, context={"link": links.invitation_link(invitation)})


def send_change(user_id: int, change: Change) -> None:
    """Send word of what was changed about somebody's sign-in."""
    user = User.objects.filter(pk=user_id).first()
    if user is not None:
        with translation.override(user.language):
            sentence = gettext(SENTENCES[change])
        _send("change", to=user, context={"sentence": sentence})


def _send(name: str, *, to: User | Invitation, context: Mapping[str, object]) -> None:
    place = places.place_of(manufacturer_id=to.manufacturer_id).shown_name
    shown = {**context, "name": to.name, "place": place}
    with translation.override(to.language):
        subject, _, text = render_to_string(f"mails/{name}.txt", shown).strip().partition("\n")
        page = render_to_string(f"mails/{name}.html", shown)
    mail = EmailMultiAlternatives(
        subject=_line(subject),
        body=text.strip() + "\n",
        from_email=formataddr((_line(place), settings.DEFAULT_FROM_EMAIL)),
        to=[formataddr((_line(to.name), to.email))],
        # Answering machines must not answer.
        headers={"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
    )
    mail.attach_alternative(page, "text/html")
    mail.send()


def _line(text: str) -> str:
    """Return the text on one line: a header with a break in it is refused."""
    return " ".join(text.split())
