"""The demo's own tables: one invented manufacturer, two dealers, and somebody in every post."""

from collections.abc import Mapping
from dataclasses import dataclass

from tenants.accounts.roles import Role

MANUFACTURER = "demo"
MANUFACTURER_NAME = "Aftercare Demo"
PASSWORD = "try-aftercare-out"  # noqa: S105 - printed at every start; the demo listens to this machine alone


@dataclass(frozen=True)
class DemoDealer:
    """One dealer: where it is, and how many invented cars in which dialect its system knows."""

    name: str
    shown_name: str
    country: str
    language: str
    region: str
    dialect: str
    vehicles: int
    seed: int
    sender: str
    # Of a message, in hundredths of its currency: invented like all else here, and no carrier's.
    price_minor: int


DEALERS = (
    DemoDealer(
        name="north",
        shown_name="北星汽车服务",
        country="CN",
        language="zh-hans",
        region="North",
        dialect="zh",
        vehicles=3000,
        seed=11,
        sender="10690001",
        price_minor=5,
    ),
    DemoDealer(
        name="south",
        shown_name="Talleres del Sur",
        country="ES",
        language="es",
        region="South",
        dialect="es",
        vehicles=1500,
        seed=12,
        sender="34900001",
        price_minor=6,
    ),
)

# Whom a role goes by where nobody of the four named people holds it: their post.
PEOPLE: Mapping[str, tuple[tuple[Role, str, str], ...]] = {
    "north": (
        (Role.GENERAL_MANAGER, "General manager", "manager@north.example"),
        (Role.COC_DIRECTOR, "Clara", "clara@north.example"),
        (Role.SERVICE_SPECIALIST, "Service specialist", "service@north.example"),
        (Role.RELATIONS_SPECIALIST, "Relations specialist", "relations@north.example"),
        (Role.SERVICE_MANAGER, "Service manager", "workshop@north.example"),
        (Role.SERVICE_ADVISOR, "Service advisor", "advisor@north.example"),
    ),
    "south": (
        (Role.GENERAL_MANAGER, "General manager", "manager@south.example"),
        (Role.COC_DIRECTOR, "COC director", "director@south.example"),
        (Role.SERVICE_SPECIALIST, "Service specialist", "service@south.example"),
        (Role.RELATIONS_SPECIALIST, "Relations specialist", "relations@south.example"),
        (Role.SERVICE_MANAGER, "Service manager", "workshop@south.example"),
        (Role.SERVICE_ADVISOR, "Service advisor", "advisor@south.example"),
    ),
    MANUFACTURER: (
        (Role.MANUFACTURER_ADMIN, "Doris", "doris@demo.example"),
        (Role.MANUFACTURER_ANALYST, "Analyst", "analyst@demo.example"),
        (Role.REGIONAL_MANAGER, "Regional manager, North", "north@demo.example"),
        (Role.OPERATOR, "Operator", "operator@demo.example"),
    ),
}
