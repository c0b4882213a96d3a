"""What holidays are called."""

from datetime import date

import chinese_calendar
import pytest

from core.calendar import public_holidays


@pytest.mark.parametrize(
    ("language", "name"), [("en", "Spring Festival"), ("es", "Fiesta de la Primavera"), ("zh-hans", "春节")]
)
def test_chinas_holidays_have_names_in_each_language(language: str, name: str) -> None:
    names = public_holidays.names_of_year("CN", 2026, language=language)

    assert names[date(2026, 2, 17)] == name


def test_every_holiday_that_the_library_knows_has_a_spanish_name() -> None:
    assert {holiday.value for holiday in chinese_calendar.Holiday} == set(public_holidays.CHINAS_IN_SPANISH)
