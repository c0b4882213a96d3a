"""Which language is spoken in a conversation."""

from notifications.conversations.models import Conversation
from notifications.outbox.models import Message
from tenants.scope import current_dealer


def language_of(conversation: Conversation) -> str:
    """This function will return the language last spoken here, else the owner's, else the dealer's."""
    said = Message.objects.filter(conversation=conversation, direction=Message.Direction.OUT)
    last = said.exclude(language="").order_by("-id").values_list("language", flat=True).first()
    own = conversation.customer.language if conversation.customer else ""
    return last or own or current_dealer().language
