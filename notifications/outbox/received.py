"""Messages as their owners have them on their phones: with the links that no table and no screen of ours shows."""

from collections.abc import Sequence

from notifications.links import operations as links
from notifications.links import rules
from notifications.outbox.models import Message


def texts_as_received(messages: Sequence[Message]) -> dict[int, str]:
    """This function will return the texts by message, in one query for all their links.

    For phones that we draw ourselves: whoever may read it may do what the links are for.
    """
    carried = {message.pk: _link_ids(message) for message in messages}
    tokens = links.tokens_of({link_id for ids in carried.values() for link_id in ids})
    return {
        message.pk: rules.revealed(message.text, link_ids=carried[message.pk], tokens=tokens) for message in messages
    }


def _link_ids(message: Message) -> tuple[int, ...]:
    return tuple(link_id for link_id in (message.link_id, message.unsubscribe_id) if link_id)
