"""What an unsubscribe link is good for: one click, and such messages end."""

from datetime import datetime

from notifications.links import operations as links
from notifications.links.models import OwnerLink
from notifications.policy import suppressing
from notifications.runs import pages


def unsubscribe(link: OwnerLink, *, wording: str, now: datetime) -> None:
    """This function will end the messages of the link's purpose on its channel at once; again changes nothing.

    wording: what the owner was shown.
    """
    # By itself and first: it waits for what is leaving and must hold nothing meanwhile, see suppressing.
    suppressing.opt_out(
        address=link.conversation.address,
        customer_id=links.person_of(link),
        purpose=link.stops,
        channel=link.conversation.account.kind,
        wording=wording,
        is_by_page=True,
        now=now,
    )
    if link.run_id is not None:
        pages.end_run(link.run_id, now=now)
    links.note_use(link, now=now)
