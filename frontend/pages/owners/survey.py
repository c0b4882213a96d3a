"""The survey as one form: the run's open questions; what is sent goes through the same engine as a reply."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from frontend.pages.owners.opened import Opened
from notifications.flows.models import FlowRun
from notifications.links import operations as links
from notifications.links.operations import LinkOver
from notifications.runs import pages
from notifications.runs.pages import Sheet

# Before the name of each question's field.
FIELD = "q."
# In the address after sending: nothing was answered, or some of it had been answered by message before.
EMPTY, KNOWN = "empty", "known"


def page(opened: Opened) -> HttpResponse:
    """Show what is still to be asked, or take what was answered. Raises: LinkOver."""
    run = opened.owned.run
    if run is None:
        raise LinkOver("NO_RUN")
    return _taken(opened, run) if opened.request.method == "POST" else _shown(opened, run)


def _taken(opened: Opened, run: FlowRun) -> HttpResponse:
    given = {name[len(FIELD) :]: said for name, said in opened.form().items() if name.startswith(FIELD)}
    filled = pages.fill_in(run_id=run.pk, given=given, now=opened.now)
    if filled.taken:
        links.note_use(opened.owned, now=opened.now)
    told = KNOWN if filled.known else "" if filled.taken else EMPTY
    return opened.back(**({"told": told} if told else {}))


def _shown(opened: Opened, run: FlowRun) -> HttpResponse:
    asked = pages.sheet(run, language=opened.language)
    if asked.lines:
        heading = _("How was your visit?")
        return opened.show("survey", heading=heading, lines=asked.lines, field=FIELD, told=_told(opened))
    return _over(opened, asked)


def _over(opened: Opened, asked: Sheet) -> HttpResponse:
    if asked.last_word:
        return opened.note(asked.last_word, advice=_told(opened) or opened.call_us())
    if asked.is_paused:
        return opened.note(_("Somebody is writing with you just now. Please answer there."))
    raise LinkOver("RUN_OVER")


def _told(opened: Opened) -> str:
    if opened.asked("told") == KNOWN:
        return _("You had already answered part of this by message; those answers stay as they are.")
    return _("Please answer at least one question.") if opened.asked("told") == EMPTY else ""
