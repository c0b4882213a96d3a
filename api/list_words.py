"""What the values of lists are called in files for spreadsheets: a table each, said in the caller's language."""

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

LIFECYCLES: Mapping[str, str] = {
    "PROSPECT": _("Prospect"),
    "NEW_OWNER": _("New owner"),
    "ACTIVE": _("Active"),
    "LAPSING": _("Lapsing"),
    "LAPSED": _("Lapsed"),
    "TRANSFERRED": _("Sold the car"),
    "REPURCHASE": _("Bought again"),
}
CONSENTING: Mapping[str, str] = {"GRANTED": _("Yes"), "REFUSED": _("No"), "UNASKED": _("Not asked yet")}
VALUES: Mapping[str, str] = {"HIGH": _("High"), "MIDDLE": _("Middle"), "LOW": _("Low")}
IMPORT_STATES: Mapping[str, str] = {
    "DRAFT": _("Not imported yet"),
    "CHECKING": _("Being tried"),
    "CHECKED": _("Tried, not imported yet"),
    "QUEUED": _("Waits for its turn"),
    "READING": _("Being read"),
    "MERGING": _("Being imported"),
    "DONE": _("Imported"),
    "STOPPED": _("Stopped"),
    "FAILED": _("Failed"),
    "ROLLED_BACK": _("Taken back"),
    "DISCARDED": _("Put away"),
}
VERDICTS: Mapping[str, str] = {
    "CREATE": _("New"),
    "UPDATE": _("Changed"),
    "UNCHANGED": _("Unchanged"),
    "REPEATED": _("Repeated"),
    "REFUSED": _("Set aside"),
}
POSTS: Mapping[str, str] = {
    "GENERAL_MANAGER": _("General manager"),
    "COC_DIRECTOR": _("Customer centre director"),
    "SERVICE_SPECIALIST": _("Service specialist"),
    "RELATIONS_SPECIALIST": _("Customer relations specialist"),
    "SERVICE_MANAGER": _("Service manager"),
    "SERVICE_ADVISOR": _("Service advisor"),
}
ACCESS: Mapping[bool, str] = {True: _("May sign in"), False: _("Deactivated")}


def said(words: Mapping[str, str], value: str) -> str:
    """Return what a value is called; one that no row knows, as it is."""
    return gettext(words[value]) if value in words else value
