"""An owner who came into a chat by a link of ours: whose chat it is, said with a welcome and a question of consent."""

from channels_app.contract import DEEP_LINK
from notifications.conversations import operations as conversations
from notifications.conversations.models import Conversation
from notifications.inbound.heard import Heard
from notifications.links import chats
from notifications.links.chats import ChatOfAnother
from notifications.links.operations import LinkOver, LinkUnknown


def came_by_link(heard: Heard) -> str:
    """Tie the chat to the link's customer; what is no good link of this dealer's ties nothing, and is said politely."""
    if not heard.payload.startswith(DEEP_LINK):
        return ""
    try:
        joined = chats.join(heard.payload.removeprefix(DEEP_LINK), heard.conversation, now=heard.now)
    except (LinkUnknown, LinkOver):
        heard.say("chat_not_linked")
        return "CHAT_NOT_LINKED"
    except ChatOfAnother:
        conversations.ask_person(
            heard.conversation, reason="CHAT_OF_ANOTHER", message_id=heard.message.pk, now=heard.now
        )
        heard.say("chat_not_linked")
        return "CHAT_OF_ANOTHER"
    if joined.is_new:
        _belongs(heard.conversation, joined.customer_id)
        conversations.now_known(heard.conversation, now=heard.now)
        heard.say("chat_linked", shows_preferences=True)
    return "CHAT_LINKED"


def _belongs(conversation: Conversation, customer_id: int) -> None:
    Conversation.objects.filter(pk=conversation.pk).update(customer_id=customer_id)
    conversation.customer_id = customer_id
