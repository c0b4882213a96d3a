"""A car's VIN on its file: corrected, or called right as it stands, by north alone."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from core.models import FieldChange, Vehicle
from tenants.accounts.models import User
from tenants.scope import DealerRef
from tests.browser.conftest import InDealer, Visit
from tests.core.repair_orders import exports

# Its check digit is wrong.
WRONG, RIGHT = "LZWACAGA7E4123459", exports.VIN_CHINA


def keep_car(vin: str = WRONG, *, is_suspect: bool = True) -> int:
    """Keep a car as an import leaves it."""
    now = datetime.now(UTC)
    car = Vehicle.objects.create(
        vin=vin, plate="桂A12345", model="Almera", is_vin_suspect=is_suspect, created_at=now, updated_at=now
    )
    return int(car.pk)


@pytest.fixture
def car(north: DealerRef, clara: User, act: InDealer) -> int:
    """A car at north whose VIN is in doubt."""
    return int(act(north, keep_car))


def write(page: Page, vin: str) -> None:
    page.get_by_role("button", name="Edit VIN").press("Enter")
    page.get_by_role("textbox", name="VIN").fill(vin)
    page.keyboard.press("Enter")


def stored(north: DealerRef, act: InDealer) -> tuple[str, bool]:
    one: tuple[str, bool] = act(north, lambda: Vehicle.objects.values_list("vin", "is_vin_suspect").get())
    return one


def test_a_vin_is_corrected_and_its_history_says_by_whom(
    car: int, clara: User, north: DealerRef, visit: Visit, act: InDealer
) -> None:
    page = visit(user=clara).go(f"/vehicles/{car}")
    expect(page.get_by_text("check digit does not fit")).to_be_visible()

    write(page, "no vin")
    expect(page.get_by_role("alert")).to_be_visible()
    # After a refusal the next key still goes into the box.
    expect(page.get_by_role("textbox", name="VIN")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type(RIGHT.lower())
    page.keyboard.press("Enter")

    expect(page.get_by_role("button", name="Edit VIN")).to_contain_text(RIGHT)
    expect(page.get_by_text("check digit does not fit")).to_have_count(0)
    history = page.get_by_role("region", name="History of edits")
    expect(history.get_by_text("Clara")).to_be_visible()
    assert stored(north, act) == (RIGHT, False)


def test_a_vin_is_called_right_as_it_stands(
    car: int, clara: User, north: DealerRef, visit: Visit, act: InDealer
) -> None:
    page = visit(user=clara).go(f"/vehicles/{car}")

    page.get_by_role("button", name="This VIN is right").press("Enter")
    expect(page.get_by_text(f"You have compared {WRONG} with the car?")).to_be_visible()
    page.keyboard.press("Enter")

    expect(page.get_by_text("check digit does not fit")).to_have_count(0)
    assert stored(north, act) == (WRONG, False)
    change = act(north, lambda: FieldChange.objects.get(field="is_vin_suspect"))
    assert change.actor == f"user:{clara.pk}"


def test_south_finds_neither_the_car_nor_its_vin(
    car: int, director_in_south: User, north: DealerRef, south: DealerRef, visit: Visit, act: InDealer
) -> None:
    page = visit(dealer="south", user=director_in_south, locale="en").go(f"/vehicles/{car}")

    expect(page.get_by_role("heading", name="There is nothing at this address.")).to_be_visible()
    assert WRONG not in page.content()
    theirs = int(act(south, lambda: keep_car(RIGHT, is_suspect=False)))
    page.goto(page.url.replace(f"/vehicles/{car}", f"/vehicles/{theirs}"))
    # The VIN that north's car has is nobody's here.
    write(page, exports.VIN_SPAIN)
    expect(page.get_by_role("button", name="Edit VIN")).to_contain_text(exports.VIN_SPAIN)
    assert stored(north, act) == (WRONG, True)
