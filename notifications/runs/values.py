"""The values a flow's texts need, looked up for many requests in few statements."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.appointments.models import Appointment
from core.vehicles.models import Vehicle
from notifications.flows import wording
from notifications.runs.requests import RunRequest
from tenants.scope import current_dealer


def fill(requests: Sequence[RunRequest], *, languages: Sequence[str]) -> list[dict[str, Any]]:
    """This function will return each request's values, in their order; what a request brings itself wins."""
    cars = _labels(requests)
    visits = _visit_times(requests)
    return [
        {
            "dealer": current_dealer().shown_name,
            "vehicle": _car(request, cars, language),
            "vehicle_ids": list(request.vehicle_ids),
            **_visit(request, visits),
            **request.values,
        }
        for request, language in zip(requests, languages, strict=True)
    ]


def _labels(requests: Iterable[RunRequest]) -> dict[int, str]:
    ids = {vehicle_id for request in requests for vehicle_id in request.vehicle_ids}
    rows = Vehicle.objects.filter(id__in=ids).values_list("id", "plate", "model") if ids else []
    return {pk: plate or model for pk, plate, model in rows}


def _visit_times(requests: Iterable[RunRequest]) -> dict[int, str]:
    ids = {request.case_id for request in requests if request.case_kind == "appointment" and request.case_id}
    rows = Appointment.objects.filter(id__in=ids).values_list("id", "starts_at") if ids else []
    return {pk: starts_at.isoformat() for pk, starts_at in rows}


def _car(request: RunRequest, cars: Mapping[int, str], language: str) -> str:
    named = [cars[vehicle_id] for vehicle_id in request.vehicle_ids if cars.get(vehicle_id)]
    # A file may have neither plate nor model.
    return wording.term("join", language=language).join(named) or wording.term("your_car", language=language)


def _visit(request: RunRequest, visits: Mapping[int, str]) -> dict[str, str]:
    starts_at = visits.get(request.case_id or 0) if request.case_kind == "appointment" else None
    return {"appointment_at": starts_at} if starts_at else {}
