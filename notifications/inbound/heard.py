"""One message of an owner with all that is needed to place it."""

from dataclasses import dataclass
from datetime import datetime

from channels_app import registry
from notifications.conversations import languages
from notifications.conversations.models import Conversation
from notifications.flows import patterns, wording
from notifications.links import operations as links
from notifications.links.operations import Marked, NewLink
from notifications.links.rules import Purpose
from notifications.outbox import operations as outbox
from notifications.outbox.models import Message
from notifications.outbox.operations import Draft, Priority
from tenants.scope import current_dealer


@dataclass(frozen=True)
class Heard:
    """What an owner wrote or tapped; `may_answer` is False where an answer could feed a loop.

    is_for_people: nobody could tell whose words they are, so nothing is read into them.
    """

    conversation: Conversation
    message: Message
    reply_to: str
    is_automatic: bool
    is_edit: bool
    is_parting: bool
    may_answer: bool
    now: datetime
    is_for_people: bool = False

    @property
    def text(self) -> str:
        """What was written."""
        return self.message.text

    @property
    def payload(self) -> str:
        """What was tapped."""
        return self.message.payload

    def language(self) -> str:
        """Return the language last spoken here, else the owner's, else the dealer's."""
        return languages.language_of(self.conversation)

    def say(self, phrase: str, *, case_kind: str = "", actor: str = "system", shows_preferences: bool = False) -> None:
        """Answer with a standing phrase, unless an answer could feed a loop; perhaps lead to the owner's own list."""
        if not self.may_answer:
            return
        language = self.language()
        values = {"dealer": current_dealer().shown_name}
        text = wording.phrase(phrase, language=language, values=values)
        link = self._preferences(language) if shows_preferences else None
        if link is not None:
            text += "\n" + wording.phrase("link_preferences", language=language, values={"link": link.address})
        draft = Draft(
            account_id=self.conversation.account_id,
            address=self.conversation.address,
            conversation_id=self.conversation.pk,
            text=text,
            template=patterns.phrase(phrase, values=values).kept(),
            link_id=link.id if link else None,
            purpose="SERVICE",
            language=language,
            customer_id=self.conversation.customer_id,
            case_kind=case_kind,
            priority=Priority.REPLY,
            actor=actor,
        )
        outbox.queue_message(draft, now=self.now)

    def _preferences(self, language: str) -> Marked | None:
        """The page of what may be sent, where it is known whose it is."""
        customer_id = self.conversation.customer_id
        if customer_id is None or not registry.get(self.conversation.account.kind).capabilities.links:
            return None
        wanted = NewLink(
            purpose=Purpose.PREFERENCES,
            conversation_id=self.conversation.pk,
            language=language,
            customer_id=customer_id,
        )
        return links.issue([wanted], now=self.now)[0]
