"""What flows may have done: one row an effect. A new effect is a row here and its shape in flows.vocabulary."""

from collections.abc import Mapping

from notifications.effects import files, grievances, visits
from notifications.effects.context import Act, Context
from notifications.flows.engine import Effect, Perform, Result

EFFECTS: Mapping[str, Act] = {
    "offer_slots": visits.offer_slots,
    "book": visits.book,
    "move": visits.move,
    "confirm_visit": visits.confirm_visit,
    "cancel_visit": visits.cancel_visit,
    "open_complaint": grievances.open_complaint,
    "classify_complaint": grievances.classify_complaint,
    "raise_danger": grievances.raise_danger,
    "record_answer": grievances.record_answer,
    "complete_survey": grievances.complete_survey,
    "phone_task": files.phone_task,
    "record_reason": files.record_reason,
    "remind_later": files.remind_later,
    "mark_done_elsewhere": files.mark_done_elsewhere,
    "mark_sold": files.mark_sold,
    "set_preference": files.set_preference,
    "opt_out": files.opt_out,
}


def performer(context: Context) -> Perform:
    """This function will return the function by which the engine has effects done for one run."""

    def perform(effect: Effect) -> Result:
        return EFFECTS[effect.name](context, effect.args)

    return perform
