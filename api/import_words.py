"""Why a row was set aside or a cell dropped, in sentences: one row a reason."""

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

REASONS: dict[str, str] = {
    "ro_number_missing": _("The order's number is missing."),
    "ro_number_too_long": _("An order's number has at most 40 characters."),
    "ro_number_unseen": _("This number holds characters that cannot be seen. Type it as it is printed on the order."),
    "cell_too_long": _("No cell has more than 20,000 characters. Was something pasted into it?"),
    "vin_malformed": _("A VIN has 17 characters, without I, O and Q."),
    "vin_check_digit": _("The VIN's check digit is wrong: look at the car's papers."),
    "opened_unreadable": _("This is no date that can be read."),
    "opened_too_early": _("No order is as old as this."),
    "opened_in_future": _("This day had not come when the file was written."),
    "closed_before_opened": _("The car cannot leave before it came."),
    "closed_unreadable": _("This is no date that can be read; the order counts as still open."),
    "odometer_unreadable": _("This is no reading of an odometer."),
    "name_unseen": _("Characters that cannot be seen were taken out of this name."),
    "odometer_backwards": _("The odometer shows less than at the visit before."),
    "total_unreadable": _("This is no amount of money."),
    "phone_unusable": _("This number cannot be dialled."),
    "email_unusable": _("No mail can be sent to this address."),
    "purchase_date_unreadable": _("This is no date that can be read."),
    "may_contact_unreadable": _("This is neither yes nor no; nobody will be asked."),
}


def sentence_of(reason: str) -> str:
    """Return a reason in the caller's language; one that no row knows, as it is."""
    return gettext(REASONS[reason]) if reason in REASONS else reason
