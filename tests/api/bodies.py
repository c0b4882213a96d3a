"""For every call that changes something: a body it takes, so that nothing but the row can be what it refuses."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tests.api.addresses import Call

SLOT = {
    "kind": "MAINTENANCE",
    "bay_id": 1,
    "start_at": "2026-12-01T02:00:00Z",
    "end_at": "2026-12-01T03:00:00Z",
}
LATER = datetime(2027, 1, 4, 9, tzinfo=UTC).isoformat()


def body_of(call: Call, number: int) -> dict[str, Any]:
    """Return a body in which ids are `number`."""
    make = BODIES.get(str(call))
    return make(number) if make else {}


BODIES: dict[str, Callable[[int], dict[str, Any]]] = {
    "POST /search/": lambda n: {"text": "SOUTH"},
    "POST /channel-accounts/": lambda n: {"kind": "simulator", "address": "10086"},
    "PATCH /channel-accounts/{id}/": lambda n: {"rank": 7},
    "POST /channel-accounts/{id}/forget/": lambda n: {"name": "secret"},
    "POST /channel-accounts/{id}/test/": lambda n: {"address": "13800138000"},
    "PATCH /settings/": lambda n: {"weekly_hours": {"0": [["08:00", "12:00"]]}},
    "PUT /settings/contact-hours/": lambda n: {"purposes": []},
    "PUT /settings/texting-countries/": lambda n: {"countries": ["ES"]},
    "PUT /settings/texting-caps/": lambda n: {
        "per_number": 20,
        "per_account": 10_000,
        "per_dealer": 20_000,
        "per_block": 30,
    },
    "PUT /settings/message-prices/": lambda n: {"prices": []},
    "POST /settings/contact-hours/preview/": lambda n: {"purpose": "SURVEY", "date": "2026-12-01", "time": "20:30"},
    "POST /flow-library/check/": lambda n: {"definition": {}},
    "POST /simulator/conversations/{id}/messages/": lambda n: {"text": "hello"},
    "PATCH /customers/{id}/": lambda n: {"name": "changed"},
    "POST /customers/{id}/merge/": lambda n: {"other": n},
    "POST /customers/{id}/keep/": lambda n: {"keeper": None},
    "POST /contact-points/": lambda n: {"customer": n, "kind": "EMAIL", "value": "a@b.example"},
    "POST /contact-points/{id}/replace/": lambda n: {"value": "13800138000"},
    "POST /contact-points/{id}/mark/": lambda n: {"is_right": False},
    "POST /consents/": lambda n: {"customer": n, "is_granted": False, "wording": "May we?"},
    "POST /touches/": lambda n: {"customer": n, "kind": "NOTE", "subject": "x"},
    "POST /touches/{id}/correct/": lambda n: {"customer": n, "kind": "NOTE", "subject": "x"},
    "POST /documents/{id}/remove/": lambda n: {"reason": "x"},
    "POST /merge-suggestions/preview/": lambda n: {"kept": n, "other": n + 500_000},
    "POST /households/{id}/join/": lambda n: {"customer": n},
    "POST /households/": lambda n: {"kind": "HOUSEHOLD", "name": "x", "customers": [n]},
    "PATCH /vehicles/{id}/": lambda n: {"plate": "changed"},
    "POST /vehicles/{id}/give_up/": lambda n: {"on_date": "2026-12-01"},
    "POST /vehicles/{id}/hand_over/": lambda n: {"customer": n, "on_date": "2026-12-01"},
    "PUT /imports/{id}/columns/": lambda n: {"mapping": {}},
    "POST /imports/{id}/dismiss_rows/": lambda n: {"state": "REFUSED"},
    "PATCH /import-rows/{id}/": lambda n: {"corrections": {}},
    "POST /import-rows/{id}/retry/": lambda n: {"corrections": {}},
    "POST /column-mappings/": lambda n: {"headers": ["a"], "mapping": {}},
    "POST /follow-ups/{id}/call/": lambda n: {"outcome": "NO_ANSWER"},
    "POST /surveys/{id}/answer/": lambda n: {"answers": [{"item": "suggestion", "text": "x"}]},
    "POST /appointments/": lambda n: {"customer": n, "slot": SLOT},
    "POST /appointments/{id}/move/": lambda n: {"slot": SLOT},
    "POST /complaints/": lambda n: {"customer": n, "text": "The door squeaks."},
    "POST /complaints/{id}/actions/": lambda n: {"action": "NOTE", "text": "x"},
    "POST /tasks/{id}/complete/": lambda n: {"outcome": "COMPLETED"},
    "POST /tasks/{id}/postpone/": lambda n: {"outcome": "NO_ANSWER", "again_at": LATER},
    "POST /conversations/search/": lambda n: {"text": "SOUTH"},
    "POST /conversations/{id}/assign/": lambda n: {"user": n},
    "POST /conversations/{id}/fill/": lambda n: {"answer": n},
    "POST /conversations/{id}/notes/": lambda n: {"text": "x"},
    "POST /conversations/{id}/read/": lambda n: {"message": n},
    "POST /canned-answers/": lambda n: {"language": "en", "shortcut": "x", "text": "x"},
    "PATCH /canned-answers/{id}/": lambda n: {"text": "changed"},
    "POST /conversations/{id}/write/": lambda n: {"text": "x"},
    "POST /dues/{id}/put_off/": lambda n: {"until_at": LATER},
    "POST /suppressions/": lambda n: {"customer": n, "wording": "Stop"},
    "POST /suppressions/{id}/lift/": lambda n: {"reason": "asked"},
    "POST /calendar-days/": lambda n: {"date": "2027-05-01", "hours": []},
    "POST /invitations/": lambda n: {"email": "n@n.example", "name": "x", "role": "SERVICE_ADVISOR", "language": "en"},
    "POST /deputies/": lambda n: {"away": n, "deputy": n, "from_date": "2027-05-01", "last_date": "2027-05-02"},
    "PATCH /users/{id}/": lambda n: {"language": "es"},
}
