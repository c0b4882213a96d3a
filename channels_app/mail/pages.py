"""Between a mail's HTML and its text; what a mail program quotes in HTML is left out."""

import html
import re
from html.parser import HTMLParser

# How mail programs mark what they quote: everything from there to the end of its element.
QUOTES = (
    "gmail_quote",
    "gmail_extra",
    "yahoo_quoted",
    "protonmail_quote",
    "moz-cite-prefix",
    "ntes-mailmaster-quote",
    "qmquote",
    "foxmail_quote",
)
# Outlook marks where its quote begins and not where it ends: everything after it.
ENDINGS = ("divrplyfwdmsg", "appendonsend", "mail-editor-reference-message-container", "origbody", "original-content")
SILENT = {"script", "style", "head", "title", "template", "blockquote", "includetail"}
BREAKS = {"br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "table", "ul", "ol", "hr", "pre"}
VOID = {"br", "hr", "img", "meta", "link", "input", "wbr", "area", "base", "col", "embed", "source", "track"}
LINK = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)。，；：！？）]")
LONGEST = 400_000
# Python's parser looks for the end of each thing from each beginning; so what never ends is text, and what is no
# element (comments aside) is left out, before it sees them.
ENDLESS = re.compile(r"<(?![^<>]{0,4000}>)")
NO_ELEMENT = re.compile(r"<[!?][^<>]{0,4000}>")
# Deeper than any page of people; beyond it, what is open is not counted.
DEEPEST = 300


def text_of(page: str) -> str:
    """Return what a reader of this HTML sees, without quotes."""
    reader = _Reader()
    reader.feed(ENDLESS.sub("&lt;", NO_ELEMENT.sub("", _without_comments(page[:LONGEST]))))
    reader.close()
    lines = [" ".join(line.split()) for line in "".join(reader.said).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def page_of(text: str, *, language: str) -> str:
    """Return a text as plain HTML, with its addresses of pages to press."""
    lines = "<br>\n".join(linked(line) for line in text.split("\n"))
    shown = '<body style="font-family:sans-serif;font-size:16px;line-height:1.5">'
    return f'<!DOCTYPE html><html lang="{html.escape(language)}"><meta charset="utf-8">{shown}{lines}</body></html>'


def _without_comments(page: str) -> str:
    kept, at = [], 0
    while (start := page.find("<!--", at)) >= 0:
        kept.append(page[at:start])
        end = page.find("-->", start)
        if end < 0:
            return "".join(kept)
        at = end + 3
    return "".join([*kept, page[at:]])


def linked(line: str) -> str:
    """Return a line as HTML, with its addresses of pages to press."""
    parts, at = [], 0
    for found in LINK.finditer(line):
        address = html.escape(found[0])
        parts += [html.escape(line[at : found.start()]), f'<a href="{address}">{address}</a>']
        at = found.end()
    return "".join([*parts, html.escape(line[at:])])


class _Reader(HTMLParser):
    """Collects text; from the element at the depth `silent_from` nothing is read until it ends."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.open: list[str] = []
        self.silent_from = 0
        self.is_over = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        marks = " ".join((value or "").lower() for name, value in attrs if name in ("class", "id", "name"))
        if any(mark in marks for mark in ENDINGS):
            self.is_over = True
        if tag in BREAKS:
            self._say("\n")
        if tag in VOID or len(self.open) >= DEEPEST:
            return
        self.open.append(tag)
        if not self.silent_from and (tag in SILENT or any(mark in marks for mark in QUOTES)):
            self.silent_from = len(self.open)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.open:
            return
        while self.open and self.open.pop() != tag:
            pass
        if len(self.open) < self.silent_from:
            self.silent_from = 0
        if tag in BREAKS:
            self._say("\n")

    def handle_data(self, data: str) -> None:
        self._say(re.sub(r"\s+", " ", data))

    def _say(self, text: str) -> None:
        if not self.silent_from and not self.is_over:
            self.said.append(text)
