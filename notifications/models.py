"""All models of notifications in one place, where Django looks for them."""

from notifications.attachments.models import MessageFile
from notifications.canned.models import CannedAnswer
from notifications.channels.models import ChannelAccount
from notifications.conversations.models import Conversation, Note, ReadMark
from notifications.costs.models import MessagePrice
from notifications.due.models import Due
from notifications.flows.models import Expectation, FlowRun, FlowVersion
from notifications.inbound.models import InboundEvent
from notifications.links.models import OwnerLink
from notifications.outbox.models import EarlyReceipt, Message
from notifications.policy.models import Decision, Suppression
from notifications.texting.models import TextTally

__all__ = [
    "CannedAnswer",
    "ChannelAccount",
    "Conversation",
    "Decision",
    "Due",
    "EarlyReceipt",
    "Expectation",
    "FlowRun",
    "FlowVersion",
    "InboundEvent",
    "Message",
    "MessageFile",
    "MessagePrice",
    "Note",
    "OwnerLink",
    "ReadMark",
    "Suppression",
    "TextTally",
]
