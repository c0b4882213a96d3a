"""Effects on complaints and surveys: registered at the first word, made truer by the next."""

from core.complaints import operations as complaints
from core.complaints import refining
from core.followups import operations as follow_ups
from core.followups.operations import SurveyOver
from notifications.effects.context import Args, Context
from notifications.flows.engine import Result
from notifications.flows.grammar import alarms

SAFETY = "SAFETY"


def open_complaint(context: Context, args: Args) -> Result:
    """Register what the owner wrote; the run is about this complaint from here on."""
    text = str(args["text"])
    complaint = complaints.open_complaint(
        customer_id=context.customer_id,
        vehicle_id=context.vehicle_id,
        text=text,
        category="OTHER",
        channel=context.channel,
        alarms=(SAFETY,) if alarms.dangers(text) else (),
        now=context.now,
    )
    context.run.case_kind, context.run.case_id = "complaint", complaint.pk
    outcome = "DANGER" if complaint.alarm == SAFETY else "OK"
    return Result(outcome, {"complaint_number": str(complaint.number)})


def classify_complaint(context: Context, args: Args) -> Result:
    """File the run's complaint under what the owner chose."""
    refining.classify(complaint_id=_complaint_id(context), category=str(args["category"]), now=context.now)
    return Result()


def raise_danger(context: Context, args: Args) -> Result:
    """Put the run's complaint to the top, as its owner says that it is dangerous."""
    refining.sound_alarm(complaint_id=_complaint_id(context), alarm=SAFETY, now=context.now)
    return Result()


def record_answer(context: Context, args: Args) -> Result:
    """Keep one answer of the run's survey; the scale's code is what is stored, its points are core's."""
    survey_id = context.case_id("survey")
    if survey_id is None:
        return Result()
    try:
        follow_ups.record_answer(
            survey_id=survey_id,
            item=str(args["item"]),
            value=str(args.get("code") or ""),
            text=str(args.get("text") or ""),
            now=context.now,
        )
    except SurveyOver:
        # It was closed meanwhile, by its expiry or by a call: the answer stays in the conversation.
        return Result()
    return Result()


def complete_survey(context: Context, args: Args) -> Result:
    """Close the run's survey with what was answered."""
    survey_id = context.case_id("survey")
    if survey_id is None:
        return Result()
    survey = follow_ups.complete(survey_id=survey_id, now=context.now)
    return Result("DISSATISFIED") if survey.is_dissatisfied else Result()


def _complaint_id(context: Context) -> int:
    complaint_id = context.case_id("complaint")
    if complaint_id is None:
        raise ComplaintMissing
    return complaint_id


class ComplaintMissing(Exception):
    """The flow speaks of a complaint before it opened one."""
