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
    """The links of one message: their numbers, the line under a text by its page, and the message's last line."""

    link_id: int | None = None
    unsubscribe_id: int | None = None
    lines: Mapping[str, str] = field(default_factory=dict)
    last_line: str = ""


def carry(said: Sequence[tuple[FlowRun, Turn, Conversation]], *, now: datetime) -> list[Carried]:
    """This function will make the links that messages carry, in their order, all in one statement."""
    wanted = [(_page(*one), _unsubscribe(*one)) for one in said]
    made = iter(links.issue([link for pair in wanted for link in pair if link], now=now))
    return [
        _carried(turn, next(made) if page else None, next(made) if unsubscribe else None)
        for (_, turn, _), (page, unsubscribe) in zip(said, wanted, strict=True)
    ]


def _carried(turn: Turn, page: Marked | None, unsubscribe: Marked | None) -> Carried:
    name, language = _named(turn), str(turn.state["language"])
    return Carried(
        link_id=page.id if page else None,
        unsubscribe_id=unsubscribe.id if unsubscribe else None,
        lines={name: _line(vocabulary.LINKS[name], page, language)} if page else {},
        last_line=_line("unsubscribe", unsubscribe, language) if unsubscribe else "",
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
    is_email = registry.get(conversation.account.kind).capabilities.address_kind == EMAIL
    if not is_email or run.purpose not in ENDED_BY_CLICK:
        return None
    return _link(Purpose.UNSUBSCRIBE, run, turn, conversation, stops=run.purpose)


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
