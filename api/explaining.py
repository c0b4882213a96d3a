"""Rules, facts and failures in words, in the reader's language: what the decision log and ticks say to people.

Every name that the domain keeps has its row here; a test holds that none is missing.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from notifications.models import Decision, Message, Suppression
from tenants import scope

# What keeps a text from leaving; see notifications.texting.rules.
TEXTING: Mapping[str, str] = {
    "COUNTRY_CLOSED": _("No texts go to this country from here."),
    "NUMBER_DEAR": _("This is a premium-rate number; none is texted."),
    "TEXTS_PER_DEALER": _("The dealer's texts for the day were used up."),
    "TEXTS_PER_ACCOUNT": _("The sender's texts for the day were used up."),
    "TEXTS_PER_NUMBER": _("This number had its texts for the day."),
    "NUMBERS_PER_BLOCK": _("Very many numbers of one block were texted within the hour."),
}
# What keeps a colleague's own words from leaving; see notifications.conversations.permitting.
WINDOWS: Mapping[str, str] = {
    "WINDOW_CLOSED": _("The owner wrote too long ago for free words here; only an approved template may go."),
    "TEMPLATES_ALONE": _("Only approved templates may go over this channel."),
}
# What planning and policy call a rule; also why due work ended as it did.
RULES: Mapping[str, str] = {
    "suppressed": _("The owner has opted out."),
    "no_consent": _("The owner has not agreed to such messages."),
    "over": _("What it was about is over, or has changed."),
    "already_booked": _("A visit is booked already."),
    "already_serviced": _("The car has been here in the meantime."),
    "vehicle_sold": _("The car is no longer theirs."),
    "complaint_open": _("A complaint is open; such messages wait until it is closed."),
    "expired": _("Its time had passed."),
    "quiet_hours": _("It was the owner's time of rest."),
    "rest_day": _("The dealer rests on this day."),
    "preferred_time": _("The owner wishes to be reached at other hours."),
    "frequency_cap": _("The owner had enough messages for now."),
    "unreachable": _("No address is known at which a message arrives."),
    "call_planned": _("A call was planned, no message."),
    "wanted_channel": _("Nothing spoke against it, on the channel it began on."),
    "channel_closed": _("The channel it began on is closed; another one is open."),
    "best_channel": _("Nothing spoke against it, on the channel the owner is reached best."),
    "next_channel": _("It did not arrive over another channel; this is the next one."),
    "delivered_late": _("It arrived after all, when another channel had been tried already."),
    "no_channel_left": _("It arrived over no channel; none is left."),
    "person_answers": _("A colleague answered what the owner had written."),
    "person_writes": _("A colleague wrote of their own accord."),
    "phone_task": _("A person calls instead."),
    "dialogue_running": _("The owner was in another dialogue."),
    "not_needed": _("This car needs it no longer."),
    "merged": _("It went along with another message to the owner."),
    "by_person": _("A colleague decided so."),
    "failed": _("It could not be judged and will be looked at again."),
    "LATER": _("The owner wished to be asked later."),
    "DONE_ELSEWHERE": _("The owner had it done elsewhere."),
    "SOLD": _("The car is no longer theirs."),
    **TEXTING,
}
# Why a channel was none for a message.
LEFT_OUT: Mapping[str, str] = {
    "NOT_ALLOWED": _("the owner does not want it"),
    "BLOCKED": _("no longer theirs"),
    "BOUNCED": _("nobody is there"),
    "LANDLINE": _("a landline"),
    "TRIED": _("tried already"),
    "COUNTRY_CLOSED": _("no texts go to its country"),
    "NUMBER_DEAR": _("a premium-rate number"),
    "WINDOW_CLOSED": _("the owner wrote too long ago"),
    "TEMPLATE_MISSING": _("no approved template is set"),
}
# What is due, by the rule that planned it.
OCCASIONS: Mapping[str, str] = {
    "AFTER_SALES": _("How was the visit?"),
    "MAINTENANCE": _("Maintenance reminder"),
    "LAPSED": _("Not seen for long"),
    "APPOINTMENT_CONFIRMATION": _("Visit: confirmation"),
    "APPOINTMENT_DAY_BEFORE": _("Visit: the day before"),
    "APPOINTMENT_TWO_HOURS": _("Visit: two hours before"),
    "APPOINTMENT_NO_SHOW": _("Visit: offer after a no-show"),
}
# Why a message did not arrive, or may not have: its error, else its state.
FAILURES: Mapping[str, str] = {
    "SUPPRESSED": _("The owner has opted out."),
    "OPTED_OUT": _("The provider holds the owner's opt-out."),
    "MISCONFIGURED": _("The channel is not set up rightly."),
    "UNAVAILABLE": _("The provider could not be reached."),
    "THROTTLED": _("The provider asked us to wait."),
    "REJECTED": _("The provider refuses this message."),
    "UNCERTAIN": _("The provider did not say whether it took it."),
    "LEASE_LOST": _("The provider did not say whether it took it."),
    "UNCONFIRMED": _("The provider did not say whether it took it."),
    "GIVEN_UP": _("A colleague counts it as not sent."),
    "STOPPED": _("What it was about changed before it left."),
    "CANCELLED": _("What it was about changed before it left."),
    "ARRIVED_ELSEWHERE": _("It had arrived over another channel."),
    "EXPIRED": _("Its time had passed before it could leave."),
    "FAILED": _("The provider could not deliver it."),
    "UNDELIVERABLE": _("The address does not work."),
    **TEXTING,
}
# What is known more closely than the error says, by the channel's own word for it.
CLOSER: Mapping[str, str] = {
    "WINDOW_CLOSED": _("The owner wrote too long ago for free words here; only an approved template may go."),
    "NEEDS_TEMPLATE": _("Only approved templates may go over this channel."),
    "TEMPLATE_UNKNOWN": _("No approved template is set for this message in this language."),
}
# States in which a message needs a word of reason.
TROUBLED = frozenset({"HELD", "FAILED", "UNDELIVERABLE", "OPTED_OUT", "CANCELLED", "EXPIRED", "UNCONFIRMED"})
# Why a person is asked to answer; see notifications.conversations.operations.ask_person.
ASKED_FOR: Mapping[str, str] = {
    "MESSAGE": _("The owner wrote of their own accord."),
    "PERSON_WRITES": _("The owner answered a colleague."),
    "ASKED_FOR_PERSON": _("The owner asked for a person."),
    "NOT_UNDERSTOOD": _("The flow did not understand the answer."),
    "NOT_ASKED": _("The owner wrote while nothing was asked."),
    "LOOP": _("Very many messages in a short time."),
    "STOP_OR_VISIT": _("Was it an opt-out, or was a visit called off?"),
    "CLOSED_QUESTION": _("The owner answered a question that is closed."),
    "NOT_PLACED": _("The message could not be placed."),
    "CHAT_OF_ANOTHER": _("A link was opened in a chat that is somebody else's."),
    "LEFT_BY_COLLEAGUE": _("A colleague left it to whoever is free."),
}
WALLS: Mapping[str, str] = {
    "OPT_OUT": _("The owner wrote that they want no more messages."),
    "provider_opt_out": _("The provider holds the owner's opt-out."),
    "ASKED": _("The owner asked a colleague for no more messages."),
    "no_consent": _("The owner has refused such messages."),
    **TEXTING,
    **WINDOWS,
}
# What a flow does by itself.
EFFECTS: Mapping[str, str] = {
    "offer_slots": _("offers times"),
    "book": _("books a visit"),
    "move": _("moves the visit"),
    "cancel_visit": _("cancels the visit"),
    "confirm_visit": _("confirms the visit"),
    "open_complaint": _("opens a complaint"),
    "classify_complaint": _("classifies the complaint"),
    "raise_danger": _("raises an alarm"),
    "phone_task": _("asks a person to call"),
    "record_answer": _("records the answer"),
    "complete_survey": _("completes the survey"),
    "record_reason": _("records the reason"),
    "remind_later": _("reminds later"),
    "mark_done_elsewhere": _("notes that it was done elsewhere"),
    "mark_sold": _("notes that the car is sold"),
    "set_preference": _("keeps a wish"),
    "opt_out": _("ends such messages"),
}
UNKNOWN = _("A rule of this house.")


def in_words(table: Mapping[str, str], name: str) -> str:
    """Return the sentence of a name; nothing for no name."""
    return gettext(table.get(name, UNKNOWN)) if name else ""


def failure_of(message: Message) -> str:
    """Return why a message has not arrived; nothing where all is well."""
    if message.state not in TROUBLED:
        return ""
    if message.state == Message.State.HELD:
        return (
            gettext("It may leave at %(time)s.") % {"time": _time(message.not_before_at)}
            if not message.error
            else (in_words(FAILURES, message.error))
        )
    if message.error_detail in CLOSER:
        return in_words(CLOSER, message.error_detail)
    return in_words(FAILURES, message.error or message.state)


def walls_in_words(walls: tuple[Suppression, ...]) -> list[str]:
    """Return why nothing may leave, each wall with its day and what the owner said; said twice is said once."""
    return list(dict.fromkeys(map(_wall, walls)))


def facts_in_words(decision: Decision) -> list[str]:
    """Return the facts a decision rested on, those that say something, as sentences."""
    said = (reader(decision.facts) for reader in READERS)
    return [sentence for sentence in said if sentence]


def _wall(wall: Suppression) -> str:
    sentence = f"{in_words(WALLS, wall.reason)} {_time(wall.at)}"
    return f"{sentence}: {wall.wording}" if wall.wording else sentence


def _hour(facts: Mapping[str, Any]) -> str:
    if not facts.get("local_time"):
        return ""
    clock = datetime.fromisoformat(str(facts["local_time"]))
    return gettext("It was %(time)s where the owner lives.") % {"time": _shown(clock)}


def _windows(facts: Mapping[str, Any]) -> str:
    hours = ", ".join(facts.get("windows", ()))
    return gettext("Such messages may leave between %(hours)s.") % {"hours": hours} if hours else ""


def _sent(facts: Mapping[str, Any]) -> str:
    days = ", ".join(_day(one) for one in facts.get("sent_dates", ()))
    return gettext("Sent before: %(days)s.") % {"days": days} if days else ""


def _kept(facts: Mapping[str, Any]) -> str:
    days = ", ".join(_day(one) for one in facts.get("kept_dates", ()))
    return gettext("Kept for weightier messages: %(days)s.") % {"days": days} if days else ""


def _answered(facts: Mapping[str, Any]) -> str:
    words = [str(one).split(":")[0] for one in facts.get("consents", ())]
    if not words:
        return gettext("The owner was never asked for consent.") if "consents" in facts else ""
    counts = {"yes": words.count("yes"), "no": words.count("no")}
    return gettext("Consents that count here: yes %(yes)d, no %(no)d.") % counts


def _channel(facts: Mapping[str, Any]) -> str:
    channel = facts.get("channel")
    return gettext("Channel: %(channel)s.") % {"channel": channel} if channel else ""


def _ladder(facts: Mapping[str, Any]) -> str:
    names = ", ".join(facts.get("usable_channels", ()))
    return gettext("Channels open for it, in their order: %(names)s.") % {"names": names} if names else ""


def _left_out(facts: Mapping[str, Any]) -> str:
    """Decisions of before left_out was kept know only which channels did not work."""
    if "left_out" not in facts:
        names = ", ".join(facts.get("unusable_channels", ()))
        return gettext("Channels that do not work: %(names)s.") % {"names": names} if names else ""
    reasons = (f"{channel} ({in_words(LEFT_OUT, reason)})" for channel, reason in facts["left_out"].items())
    names = ", ".join(reasons)
    return gettext("Channels left out: %(names)s.") % {"names": names} if names else ""


def _useful_until(facts: Mapping[str, Any]) -> str:
    if not facts.get("expires_at"):
        return ""
    return gettext("Worth sending until %(time)s.") % {"time": _time(datetime.fromisoformat(str(facts["expires_at"])))}


def _standard(facts: Mapping[str, Any]) -> str:
    version = facts.get("standard")
    return gettext("Contact policy of version %(version)s.") % {"version": version} if version else ""


READERS: tuple[Callable[[Mapping[str, Any]], str], ...] = (
    _hour,
    _windows,
    _sent,
    _kept,
    _answered,
    _channel,
    _ladder,
    _left_out,
    _useful_until,
    _standard,
)


def _time(moment: datetime | None) -> str:
    return _shown(moment.astimezone(ZoneInfo(scope.current_dealer().timezone))) if moment else ""


def _shown(local: datetime) -> str:
    return f"{date_format(local, 'DATE_FORMAT')} {local:%H:%M}"


def _day(iso: str) -> str:
    return date_format(date.fromisoformat(iso[:10]), "DATE_FORMAT")
