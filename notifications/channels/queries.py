"""What is asked about a dealer's channel accounts."""

from channels_app import simulator
from notifications.channels.models import ChannelAccount


def has_phones() -> bool:
    """Return whether the dealer in scope has an account of the simulator, whose owners' phones are drawn."""
    return ChannelAccount.objects.filter(kind=simulator.Simulator.kind, is_active=True).exists()
