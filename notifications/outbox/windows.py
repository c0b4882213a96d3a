"""Which messages leave as an approved template: where a provider takes free words only for a while, or never.

What a message says as a template stands in its row, so that a second try, or another channel, says the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from channels_app.contract import Capabilities, Channel, Template
from notifications.flows import patterns
from notifications.outbox.claiming import Leaving
from notifications.outbox.models import Message

# A window is taken for closed a little before it is: between our look and the provider's lie a queue and two clocks.
MARGIN = timedelta(minutes=10)


def is_open(can: Capabilities, heard_at: datetime | None, *, now: datetime) -> bool:
    """This function will say whether free words may go to somebody who was last heard then."""
    if can.window_hours is None:
        return True
    return heard_at is not None and now < heard_at + timedelta(hours=can.window_hours) - MARGIN


def templated(leaving: Sequence[Leaving], channel: Channel, *, is_shared: bool, now: datetime) -> list[Leaving]:
    """This function will give those whose window is closed their templates; where there is none, they say so.

    is_shared: other dealers write from the same sender, so that its templates have a place for the dealer's name.
    """
    can = channel.capabilities
    if can.window_hours is None or not leaving:
        return list(leaving)
    rows = Message.objects.filter(id__in=[one.id for one in leaving])
    known = {pk: rest for pk, *rest in rows.values_list("id", "template", "conversation__last_inbound_at")}
    return [
        one if is_open(can, heard_at, now=now) else _templated(one, kept, can=can, is_shared=is_shared)
        for one in leaving
        for kept, heard_at in [known[one.id]]
    ]


def template_of(
    kept: Mapping[str, Any], *, language: str, page: str, has_links: bool, is_shared: bool
) -> Template | None:
    """This function will write a row's template for a channel; None where the row has none."""
    if not kept:
        return None
    values = {place: page if place == patterns.LINK else value for place, value in kept["values"]}
    if not has_links:
        values.pop(patterns.LINK, None)
    if not is_shared:
        values.pop(patterns.DEALER, None)
    filled = tuple(patterns.one_line(value) for value in values.values())
    return Template(kept["name"], language, filled, tuple(values))


def _templated(leaving: Leaving, kept: Mapping[str, Any], *, can: Capabilities, is_shared: bool) -> Leaving:
    page = leaving.pages[0] if leaving.pages else ""
    return replace(
        leaving,
        template=template_of(kept, language=leaving.language, page=page, has_links=can.links, is_shared=is_shared),
        buttons=leaving.buttons if kept.get("has_buttons") else (),
        is_window_open=False,
    )
