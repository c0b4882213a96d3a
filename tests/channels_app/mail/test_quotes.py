"""What somebody wrote stays, word by word; what they answered goes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_app.mail.quotes import written

ASKED = "How was your visit? Answer with a number from 0 to 10."

REPLIES = {
    "plain": ("8", "8"),
    "several lines": ("8\n\nThe wait was long.\n- brakes\n- oil", "8\n\nThe wait was long.\n- brakes\n- oil"),
    "a courtesy is no signature": ("Sí.\nGracias, nos vemos el jueves.", "Sí.\nGracias, nos vemos el jueves."),
    "gmail en": (f"8\n\nOn Mon, Mar 2, 2026 at 10:00 AM North <s@north.example> wrote:\n\n> {ASKED}\n>", "8"),
    "gmail en, broken": (
        f"8\n\nOn Mon, Mar 2, 2026 at 10:00 AM North Motors\n<s@north.example> wrote:\n> {ASKED}",
        "8",
    ),
    "gmail es": (f"Sí\n\nEl lun, 2 mar 2026 a las 10:00, South (<s@south.example>) escribió:\n\n> {ASKED}", "Sí"),
    "gmail es, broken": (
        f"Sí\n\nEl lun, 2 mar 2026 a las 10:00, South (<s@south.example>)\nescribió:\n> {ASKED}",
        "Sí",
    ),
    "gmail zh": (f"好的\n\nNorth <s@north.example> 于2026年3月2日周一 10:00写道：\n\n> {ASKED}", "好的"),
    "apple zh": (
        f"好的\n\n发自我的 iPhone\n\n> 在 2026年3月2日，10:00，North <s@north.example> 写道：\n> {ASKED}",
        "好的",
    ),
    "qq": (
        "明天下午可以\n\n\n\n------------------ 原始邮件 ------------------\n"
        f'发件人: "North" <s@north.example>;\n发送时间: 2026年3月2日(星期一) 上午10:00\n\n{ASKED}',
        "明天下午可以",
    ),
    "netease": (f"可以\n\n\n---- 回复的原邮件 ----\n| 发件人 | North |\n{ASKED}", "可以"),
    "outlook en": (f"8\r\n\r\n________________________________\r\nFrom: North\r\nSent: Monday\r\n\r\n{ASKED}", "8"),
    "outlook en, no line": (
        f"8\n\nFrom: North <s@north.example>\nSent: Monday, March 2, 2026\nTo: Anna\n\n{ASKED}",
        "8",
    ),
    "outlook es": (f"Sí\n\nDe: South <s@south.example>\nEnviado el: lunes\nPara: Boris\nAsunto: x\n\n{ASKED}", "Sí"),
    "outlook zh": (f"好\n\n发件人: North <s@north.example>\n发送时间: 2026年3月2日\n收件人: Anna\n\n{ASKED}", "好"),
    "old outlook": (f"8\n\n-----Original Message-----\nFrom: North\n\n{ASKED}", "8"),
    "old outlook es": (f"Sí\n\n-----Mensaje original-----\nDe: South\n\n{ASKED}", "Sí"),
    "a telephone en": ("8\n\nSent from my iPhone", "8"),
    "a telephone es": ("8\n\nEnviado desde mi teléfono", "8"),
    "a telephone zh": ("8\n\n发自我的小米手机", "8"),
    "a signature": ("STOP\n-- \nAnna", "STOP"),
    "below the quote": (f"On Monday, North wrote:\n> {ASKED}\n\n8", "On Monday, North wrote:\n\n8"),
    "between quotes": ("> Which day?\nThursday\n> Which hour?\nAt ten", "Thursday\nAt ten"),
    "nothing but a quote": (f"> {ASKED}", f"> {ASKED}"),
    "words that look like heads": ("On time? De nada. From: my heart", "On time? De nada. From: my heart"),
    "full-width": ("８", "８"),
    "opt-out": ("退订", "退订"),
    "nothing": ("", ""),
}


@pytest.mark.parametrize(("text", "new"), REPLIES.values(), ids=REPLIES.keys())
def test_only_what_is_new_is_read(text: str, new: str) -> None:
    assert written(text) == new


HOSTILE = [
    "\n" * 20_000,
    " \n" * 10_000,
    "> " * 10_000,
    ">\n" * 10_000,
    "On " * 7_000,
    "On a\n" * 4_000,
    "El a " * 4_000,
    "From: a\n" * 2_500,
    "Disclaimer: mail " * 1_200,
    "CAUTION:\n" * 2_200,
    "2026年3月2日" * 2_000,
    "-" * 20_000,
    "_" * 20_000,
    "- a\n" * 5_000,
    "\t" * 20_000,
    "Sent from my " * 1_500,
    ("x" * 399 + "\n") * 50,
    "\ue000" + "7" * 50 + "\ue000",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:12]))
def test_hostile_texts_are_read_to_their_end(text: str) -> None:
    assert len(written(text)) <= len(text)


PIECES = st.sampled_from(
    ["On Monday, X wrote:", "> ", "\n", "8", "写道：", "-----", "From:", "De:", "\r", "\x00", "_" * 32]
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_nothing_that_was_written_becomes_nothing(text: str) -> None:
    assert bool(written(text)) == bool(text.strip())
