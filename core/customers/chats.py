"""Chats as addresses of a customer: nobody types them in, they are tied by a link that the owner followed."""

from datetime import datetime

from core.customers import history, standing
from core.customers.models import ContactPoint, Customer
from core.transactions import joining

# Where the address came from.
BY_LINK = "LINK"


def add_chat(*, customer_id: int, channel: str, value: str, now: datetime) -> ContactPoint:
    """This function will keep a chat as a customer's verified address; one there already is theirs again.

    Raises: Customer.DoesNotExist.
    """
    with joining(now=now):
        customer = Customer.objects.select_for_update().get(id=customer_id)
        point, _ = ContactPoint.objects.update_or_create(
            customer=customer,
            kind=ContactPoint.Kind.CHAT,
            chat_channel=channel,
            value=value,
            defaults={"verified_at": now, "bounced_at": None, "blocked_at": None, "updated_at": now},
            create_defaults={"verified_at": now, "source": BY_LINK, "created_at": now, "updated_at": now},
        )
        changed = {"contact_point": point.pk}
        history.note(history.CUSTOMER, customer_id, before={"contact_point": ""}, after=changed, actor="owner", now=now)
        standing.stand_people([customer_id], now=now)
        return point
