"""Which page a message leads to, and the links it therefore carries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from channels_app import registry
from notifications.conversations.models import Conversation
from notifications.flows import vocabulary, wording
from notifications.flows.engine import Status, Turn
from notifications.flows.models import FlowRun
from notifications.links import operations as links
from notifications.links.operations import Marked, NewLink
from notifications.links.rules import Purpose

PURPOSES: Mapping[str, Purpose] = {
    "SURVEY": Purpose.SURVEY,
    "SLOTS": Purpose.VISIT,
    "VISIT": Purpose.VISIT,
    "PREFERENCES": Purpose.PREFERENCES,
    "COMPLAINT": Purpose.COMPLAINT,
}
# What an owner may end with one click; the notice of one's own visit is not among them.
ENDED_BY_CLICK = ("SURVEY", "REMINDER", "MARKETING")
EMAIL = "EMAIL"


@dataclass(frozen=True)
class Carried:
    """The links of one message: their numbers, and the line under a text by its page."""

    link_id: int | None = None
    unsubscribe_id: int | None = None
    preferences_id: int | None = None
    lines: Mapping[str, str] = field(default_factory=dict)


def carry(said: Sequence[tuple[FlowRun, Turn, Conversation]], *, now: datetime) -> list[Carried]:
    """This function will make the links that messages carry, in their order, all in one statement."""
    wanted = [(_page(*one), _unsubscribe(*one), _preferences(*one)) for one in said]
    made = iter(links.issue([link for links_of in wanted for link in links_of if link], now=now))
    return [
        _carried(turn, *(next(made) if link else None for link in links_of))
        for (_, turn, _), links_of in zip(said, wanted, strict=True)
    ]


def is_mail(conversation: Conversation) -> bool:
    """This function will say whether a conversation goes by e-mail, which has room beneath what is said."""
    return registry.get(conversation.account.kind).capabilities.address_kind == EMAIL


def _carried(turn: Turn, page: Marked | None, unsubscribe: Marked | None, preferences: Marked | None) -> Carried:
    name, language = _named(turn), str(turn.state["language"])
    return Carried(
        link_id=page.id if page else None,
        unsubscribe_id=unsubscribe.id if unsubscribe else None,
        preferences_id=preferences.id if preferences else None,
        lines={name: _line(vocabulary.LINKS[name], page, language)} if page else {},
    )


def _line(phrase: str, link: Marked, language: str) -> str:
    return wording.phrase(phrase, language=language, values={"link": link.address})


def _named(turn: Turn) -> str:
    """The page that a turn leads to: one a message is enough, and the first is what it is about."""
    return next((output.link for output in turn.outputs if output.link), "")


def _page(run: FlowRun, turn: Turn, conversation: Conversation) -> NewLink | None:
    name = _named(turn)
    if not name or not registry.get(conversation.account.kind).capabilities.links:
        return None
    case = _case(name, run, turn)
    if case is None:
        return None
    return _link(PURPOSES[name], run, turn, conversation, case=case)


def _case(name: str, run: FlowRun, turn: Turn) -> tuple[str, int | None] | None:
    """What the page is about; None where there is nothing that it could show."""
    if name == "COMPLAINT":
        return ("complaint", run.case_id) if run.case_kind == "complaint" else None
    if run.customer_id is None:
        return None
    if name == "VISIT":
        visit_id = turn.state["values"].get("appointment_id") or (
            run.case_id if run.case_kind == "appointment" else None
        )
        return ("appointment", int(visit_id)) if visit_id else None
    if name == "SURVEY" and turn.status is not Status.ASKING:
        return None
    return (run.case_kind, run.case_id) if run.case_kind == "appointment" else ("", None)


def _unsubscribe(run: FlowRun, turn: Turn, conversation: Conversation) -> NewLink | None:
    if not is_mail(conversation) or run.purpose not in ENDED_BY_CLICK:
        return None
    return _link(Purpose.UNSUBSCRIBE, run, turn, conversation, stops=run.purpose)


def _preferences(run: FlowRun, turn: Turn, conversation: Conversation) -> NewLink | None:
    """Beneath a mail, where it is known whose choices they are and the text does not lead to them itself."""
    if not is_mail(conversation) or run.customer_id is None or _named(turn) == "PREFERENCES":
        return None
    return _link(Purpose.PREFERENCES, run, turn, conversation)


def _link(
    purpose: Purpose,
    run: FlowRun,
    turn: Turn,
    conversation: Conversation,
    *,
    case: tuple[str, int | None] = ("", None),
    stops: str = "",
) -> NewLink:
    return NewLink(
        purpose=purpose,
        conversation_id=conversation.pk,
        language=str(turn.state["language"]),
        customer_id=run.customer_id,
        run_id=run.pk,
        case_kind=case[0],
        case_id=case[1],
        stops=stops,
    )
