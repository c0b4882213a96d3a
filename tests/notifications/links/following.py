"""Following the links that messages carry, as an owner does who taps one."""

from notifications.links import operations as links
from notifications.links import rules
from notifications.links.models import OwnerLink
from notifications.links.operations import NewLink
from notifications.links.rules import Purpose
from notifications.outbox.models import Message
from tests.stories.telling import Story

__all__ = ["link_in", "new_link", "path_in", "path_of"]


def link_in(message: Message) -> OwnerLink:
    """Return the link that a message carries."""
    return OwnerLink.objects.get(pk=message.link_id or 0)


def path_of(link: OwnerLink) -> str:
    """Return where a link leads, as the owner's phone has it."""
    return rules.path_of(links.tokens_of({link.pk})[link.pk])


def path_in(message: Message) -> str:
    """Return where a message's link leads."""
    return path_of(link_in(message))


def new_link(story: Story, purpose: Purpose, **wishes: object) -> OwnerLink:
    """Make a link for the story's owner."""
    conversation_id = story.last().conversation_id if story.messages() else _conversation(story)
    known = {"language": "en", "customer_id": story.customer.pk, "conversation_id": conversation_id}
    made = links.issue([NewLink(purpose=purpose, **{**known, **wishes})], now=story.now)  # type: ignore[arg-type]
    return OwnerLink.objects.get(pk=made[0].id)


def _conversation(story: Story) -> int:
    from notifications.conversations import operations as conversations

    address = conversations.Address(story.account.pk, story.address, story.customer.pk)
    return conversations.conversations_of([address], now=story.now)[story.account.pk, story.address].pk
