"""The one template of mails: the same words twice, in the owner's language, whatever stands in them."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from channels_app.mail import pages
from notifications.flows import languages, shelf, templates
from notifications.outbox import letters
from notifications.outbox.letters import Content

VISIT = "https://north.example/o/aaaaaaaaaaaaaaaaaaaaaa/"
CHOICES = "https://north.example/o/bbbbbbbbbbbbbbbbbbbbbb/"
OUT = "https://north.example/o/cccccccccccccccccccccc/"
CONTENT = Content(
    said=f"Shall we book you in? Reply with a number:\n1 Book now\n2 Later\nOr pick a time here: {VISIT}",
    language="en",
    dealer="North Garage",
    subject="North Garage: your car's service is due",
    purpose="REMINDER",
    pages=(VISIT, OUT, CHOICES),
    preferences_url=CHOICES,
    unsubscribe_url=OUT,
)
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=https://evil.example/x.gif onerror=alert(1)>',
    "</p></div></body></html><h1>Pay here</h1>",
    "{footer} {said} {0} %s $dealer",
    "javascript:alert(1) data:text/html,x",
    "<style>*{display:none}</style><!-- ",
    "&lt;b&gt; &amp; \x00 \u202e",
]


class Read(HTMLParser):
    """Every element of a page with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def hrefs(self) -> list[str | None]:
        return [attrs["href"] for tag, attrs in self.found if tag == "a"]


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+", re.sub(r"https?://\S+", "", text))


def test_text_and_html_say_the_same() -> None:
    letter = letters.letter_of(CONTENT)

    assert words_of(letter.text) == words_of(pages.text_of(letter.html))
    assert Read(letter.html).hrefs() == [VISIT, CHOICES, OUT]
    assert all(url in letter.text for url in (VISIT, CHOICES, OUT))


def test_who_writes_and_why_is_said_before_the_ways_out() -> None:
    letter = letters.letter_of(CONTENT)

    assert letter.text.startswith("North Garage\n")
    foot = letter.text.rpartition("\n-- \n")[2].split("\n")
    assert foot[0] == "North Garage writes to you because we look after your car."
    assert [line.rpartition(" ")[2] for line in foot[1:]] == [CHOICES, OUT]


@pytest.mark.parametrize("code", languages.codes())
@pytest.mark.parametrize("purpose", ["SERVICE", "SURVEY", "REMINDER", "MARKETING"])
def test_each_language_gives_each_reason(code: str, purpose: str) -> None:
    letter = letters.letter_of(replace(CONTENT, language=code, purpose=purpose))

    assert f'<html lang="{code}">' in letter.html
    reason = languages.table(code)["reasons"][purpose].replace("{dealer}", "North Garage")
    assert reason in letter.text
    assert reason in letter.html


def test_a_phone_shows_it_and_nothing_is_fetched() -> None:
    page = letters.letter_of(CONTENT).html

    assert 'name="viewport"' in page
    assert "max-width:560px" in page
    read = Read(page)
    assert not {tag for tag, _ in read.found} & {"img", "link", "script", "style", "iframe", "form"}
    assert not [name for _, attrs in read.found for name in attrs if name == "src" or name.startswith("on")]
    assert "url(" not in page
    # Several share a call of SendGrid's only while their own parts are small.
    assert len(page) < 4000


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_stay_words(text: str) -> None:
    letter = letters.letter_of(replace(CONTENT, said=text, dealer=text, subject=text, pages=()))

    usual = [tag for tag, _ in Read(letters.letter_of(replace(CONTENT, said="x", pages=())).html).found]
    read = Read(letter.html)
    assert [tag for tag, attrs in read.found if tag != "a"] == [tag for tag in usual if tag != "a"]
    assert not {"javascript:alert(1)", "data:text/html,x"} & set(read.hrefs())
    assert text in letter.text


def test_an_address_of_another_hides_behind_no_words() -> None:
    letter = letters.letter_of(replace(CONTENT, said="Your bank: https://evil.example/o/x/"))

    assert ">https://evil.example/o/x/</a>" in letter.html


def test_a_test_of_the_channel_has_no_reason() -> None:
    letter = letters.letter_of(Content(said="Hello", language="es", dealer="South Motor"))

    assert letter.subject == "Un mensaje de South Motor"
    assert letter.text.startswith("South Motor\n\nHello")


@pytest.mark.parametrize("code", languages.codes())
def test_subjects_belong_to_steps_that_speak_and_name_the_dealer_alone(code: str) -> None:
    subjects = languages.table(code)["subjects"]

    for flow in map(shelf.shipped, shelf.names()):
        speaking = {name for name, step in flow.steps.items() if getattr(step, "text", None)}
        assert set(subjects[flow.key]) - {"other"} <= speaking
    texts = [text for name in subjects if name != "other" for text in subjects[name].values()]
    assert {templates.variables(text) for text in [*texts, subjects["other"]]} == {frozenset({"dealer"})}
