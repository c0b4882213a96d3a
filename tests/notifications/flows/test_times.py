"""Days and times in words, read on Wednesday 18 November 2026, 03:00 in Madrid and 10:00 in Shanghai."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from notifications.flows import wording
from notifications.flows.grammar import moments, slots
from notifications.flows.grammar.choices import Strength

NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
ZONES = {"zh-hans": ZoneInfo("Asia/Shanghai"), "es": ZoneInfo("Europe/Madrid"), "en": ZoneInfo("Europe/Madrid")}

SAID = {
    "zh-hans": {
        "明天下午": "19 12:00 - 19 20:00",
        "明早8点": "19 08:00 - 19 09:00",
        "下周三上午10点": "25 10:00 - 25 11:00",
        "周五": "20 00:00 - 21 00:00",
        "11月25日": "25 00:00 - 26 00:00",
        "十一月二十五号": "25 00:00 - 26 00:00",
        "25号下午三点半": "25 15:30 - 25 16:30",
        "11/25 10:30": "25 10:30 - 25 11:30",
        "２６日上午": "26 06:00 - 26 12:00",
        "周末": "21 00:00 - 23 00:00",
        "下周": "23 00:00 - 30 00:00",
        "三天后": "21 00:00 - 22 00:00",
        "大后天": "21 00:00 - 22 00:00",
        "今天下午5点以后": "18 17:00 - 19 00:00",
        "明天9点到11点": "19 09:00 - 19 11:00",
        "明天下午2点可以吗": "19 14:00 - 19 15:00",
        "礼拜天中午12点": "22 12:00 - 22 13:00",
        "上午": "18 10:00 - 18 12:00",
        "2026年11月30日": "30 00:00 - 01 00:00",
    },
    "es": {
        "el jueves por la mañana": "19 06:00 - 19 12:00",
        "la mañana del jueves": "19 06:00 - 19 12:00",
        "mañana a las 9": "19 09:00 - 19 10:00",
        "mañana por la mañana": "19 06:00 - 19 12:00",
        "MANANA": "19 00:00 - 20 00:00",
        "pasado mañana": "20 00:00 - 21 00:00",
        "25/11": "25 00:00 - 26 00:00",
        "el 25 de noviembre a las 16:30": "25 16:30 - 25 17:30",
        "el próximo viernes a las 3 de la tarde": "20 15:00 - 20 16:00",
        "la semana que viene": "23 00:00 - 30 00:00",
        "el martes de la semana que viene": "24 00:00 - 25 00:00",
        "a las 9 y media": "18 09:30 - 18 10:30",
        "después de las 5": "18 17:00 - 19 00:00",
        "el lunes entre las 9 y las 11": "23 09:00 - 23 11:00",
        "viernes a la una": "20 13:00 - 20 14:00",
        "en 3 días": "21 00:00 - 22 00:00",
        "sábado 10h": "21 10:00 - 21 11:00",
        "¿el martes a las 10 puede ser?": "24 10:00 - 24 11:00",
        "el 3": "03 00:00 - 04 00:00",
        "antes de las 12 el jueves": "19 00:00 - 19 12:00",
    },
    "en": {
        "Fri 3pm": "20 15:00 - 20 16:00",
        "tomorrow morning": "19 06:00 - 19 12:00",
        "tomorrow at 9": "19 09:00 - 19 10:00",
        "next Friday": "27 00:00 - 28 00:00",
        "Nov 25 at 4:30 pm": "25 16:30 - 25 17:30",
        "25 November": "25 00:00 - 26 00:00",
        "the 25th": "25 00:00 - 26 00:00",
        "between 9 and 11 tomorrow": "19 09:00 - 19 11:00",
        "after 5pm": "18 17:00 - 19 00:00",
        "noon on Monday": "23 11:00 - 23 14:00",
        "this weekend": "21 00:00 - 23 00:00",
        "half past nine tomorrow": "19 09:30 - 19 10:30",
        "in two days": "20 00:00 - 21 00:00",
        "day after tomorrow": "20 00:00 - 21 00:00",
        "on Tuesday around 10 would be fine": "24 10:00 - 24 11:00",
        "Thursday afternoon please": "19 12:00 - 19 20:00",
    },
}
CASES = [(language, text, meant) for language, table in SAID.items() for text, meant in table.items()]


@pytest.mark.parametrize(("language", "text", "meant"), CASES, ids=[f"{case[0]}: {case[1]}" for case in CASES])
def test_a_time_in_words_is_a_window_of_the_owners_day(language: str, text: str, meant: str) -> None:
    zone = ZONES[language]

    said = moments.listen(text, now=NOW, zone=zone, language=language)

    assert said is not None
    assert said.is_whole
    window = moments.window(said, now=NOW, zone=zone)
    assert window is not None
    ends = (moment.astimezone(zone).strftime("%d %H:%M") for moment in (window.from_at, window.until_at))
    assert " - ".join(ends) == meant


@pytest.mark.parametrize(
    "text",
    [
        "你好",
        "我昨天来过",
        "2月30日",
        "明天或后天",
        "I was there yesterday",
        "mi coche es rojo",
        "",
        "0/0",
        "99/99",
        "thanks",
    ],
)
def test_what_names_no_one_day_is_no_time(text: str) -> None:
    assert moments.listen(text, now=NOW, zone=ZONES["en"], language="en") is None


def test_a_weekday_beside_its_date_means_that_date_and_beside_another_nothing() -> None:
    zone = ZONES["zh-hans"]

    said = moments.listen("11月27日（周五）上午", now=NOW, zone=zone, language="zh-hans")
    assert said is not None
    assert said.days is not None
    assert said.days.from_date == date(2026, 11, 27)

    assert moments.listen("11月27日（周四）上午", now=NOW, zone=zone, language="zh-hans") is None


@pytest.mark.parametrize("language", ["zh-hans", "es", "en"])
def test_what_stands_beside_a_number_picks_it_when_typed_out(language: str) -> None:
    zone = ZONES[language]
    # Half an hour apart, and far enough ahead that the weekday alone would mean an earlier day.
    starts = [datetime(2026, 12, 4, 3, 30, tzinfo=UTC), datetime(2026, 12, 4, 4, 0, tzinfo=UTC)]
    offers = [slots.Offer(number, at) for number, at in enumerate(starts, 1)]

    def picked(text: str) -> slots.Pick | None:
        return slots.read(text, offers, now=NOW, zone=zone, language=language)

    for offer in offers:
        assert picked(wording.day_and_time(offer.start_at, language=language, zone=zone)) == slots.Pick(
            offer.digit, None, Strength.WHOLE
        )
    other = picked(wording.term("other_time", language=language))
    assert other == slots.Pick(None, None, Strength.WHOLE)


def test_any_day_is_two_weeks_from_now() -> None:
    said = moments.listen("cuanto antes", now=NOW, zone=ZONES["es"], language="es")

    assert said is not None
    assert moments.window(said, now=NOW, zone=ZONES["es"]) == moments.Window(NOW, NOW + moments.ANY_DAY_WITHIN)


def test_a_part_of_the_day_that_has_passed_means_tomorrows() -> None:
    late = datetime(2026, 11, 18, 13, 0, tzinfo=UTC)
    said = moments.listen("por la mañana", now=late, zone=ZONES["es"], language="es")

    assert said is not None
    window = moments.window(said, now=late, zone=ZONES["es"])

    assert window is not None
    assert window.from_at == datetime(2026, 11, 19, 5, 0, tzinfo=UTC)


def test_a_named_day_that_has_passed_is_no_window() -> None:
    late = datetime(2026, 11, 18, 13, 0, tzinfo=UTC)
    said = moments.listen("hoy por la mañana", now=late, zone=ZONES["es"], language="es")

    assert said is not None
    assert moments.window(said, now=late, zone=ZONES["es"]) is None


def test_a_time_that_the_clock_change_skips_moves_on() -> None:
    """On 28 March 2027 Madrid goes from 02:00 to 03:00."""
    before = datetime(2027, 3, 27, 12, 0, tzinfo=UTC)
    said = moments.listen("mañana a las 2:30 am", now=before, zone=ZONES["es"], language="es")

    assert said is not None
    window = moments.window(said, now=before, zone=ZONES["es"])

    assert window is not None
    assert window.from_at == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


def test_a_leap_day_is_found_in_the_next_leap_year() -> None:
    said = moments.listen("29 de febrero", now=NOW, zone=ZONES["es"], language="es")

    assert said is not None
    assert said.days is not None
    assert said.days.from_date.year == 2028
