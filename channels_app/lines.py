"""Who stores what comes on lines that a process opened only to send by: told once, at the start of the process."""

from collections.abc import Mapping

from channels_app.contract import HandOver

_taker: list[HandOver] = []


class NobodyTakes(Exception):
    """This process was told of nobody; the provider is to bring it again, to another."""


def take_over(hand_over: HandOver) -> None:
    """This function will name who stores it."""
    _taker[:] = [hand_over]


def take(account_id: str, *, headers: Mapping[str, str], body: bytes) -> None:
    """This function will hand over to whom this process was told of. Raises: NobodyTakes; what storing raises."""
    if not _taker:
        raise NobodyTakes
    _taker[0](account_id, headers=headers, body=body)
