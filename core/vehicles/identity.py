"""Which VIN a car may bear: what a person writes is checked as at import, and no two files share one."""

from core.repair_orders.imports import vins
from core.vehicles.models import Vehicle


class VinMalformed(ValueError):
    """Not seventeen legal characters."""

    facts: dict[str, str] = {}


class VinUnlikely(Exception):
    """The check digit is wrong where the region uses one: somebody must say that it stands on the car like this."""

    facts: dict[str, str] = {}


class VinTaken(Exception):
    """Another car's file has this VIN; `about` says which."""

    facts: dict[str, str] = {}

    def __init__(self, vehicle_id: int) -> None:
        self.about = {"vehicle": vehicle_id}
        super().__init__(str(vehicle_id))


def written_vin(text: str, *, is_sure: bool) -> str:
    """Return the VIN that somebody wrote, in capitals and without spacers.

    `is_sure`: they have looked once more, so that a wrong check digit is what the car bears.
    Raises: VinMalformed; VinUnlikely.
    """
    vin = vins.normal(text)
    if vin is None:
        raise VinMalformed
    if vins.is_suspect(vin) and not is_sure:
        raise VinUnlikely
    return vin


def refuse_if_taken(vin: str, *, vehicle_id: int) -> None:
    """Let a VIN pass that no other car has. Raises: VinTaken."""
    other = Vehicle.objects.filter(vin=vin).exclude(pk=vehicle_id).values_list("pk", flat=True).first()
    if other is not None:
        raise VinTaken(other)
