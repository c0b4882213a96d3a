"""The account of a mixed run: what each dealer's outbox believes, held against what each provider took."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields

from notifications.outbox import operations
from notifications.outbox.accounting import COLUMNS
from notifications.outbox.models import Message
from notifications.outbox.rules import REACHED, State
from tests.faults.mixed.dealership import Dealership, Provider
from tests.faults.mixed.kinds import DELIVERED, SILENT


@dataclass
class Row:
    """One channel's account; `accepted` is the sum of the columns from delivered to still_due.

    rerouted: of those accepted, how many went in place of one that did not arrive over another channel.
    silent: of those still due, how many were sent and nothing has been heard of. unconfirmed: how many are shown to
    people. lost: believed to have left, and never taken. twice: taken again. denied: believed not to have left, and
    taken. again: the owner got it by two channels against the rules. unheard: sent, and what its provider said of it
    went astray. strangers: addresses that are not this dealer's.
    """

    accepted: int = 0
    rerouted: int = 0
    taken: int = 0
    delivered: int = 0
    failed: int = 0
    expired: int = 0
    opted_out: int = 0
    cancelled: int = 0
    still_due: int = 0
    silent: int = 0
    unconfirmed: int = 0
    lost: int = 0
    twice: int = 0
    denied: int = 0
    again: int = 0
    unheard: int = 0
    strangers: int = 0

    @property
    def is_balanced(self) -> bool:
        """Whether each message stands in exactly one column, and nothing waits that nobody will ever look at."""
        listed = sum(getattr(self, column) for column in COLUMNS)
        return self.accepted == listed and self.still_due == self.silent + self.unconfirmed

    @property
    def faults(self) -> int:
        """How much may not be."""
        return self.lost + self.twice + self.denied + self.again + self.unheard + self.strangers

    def plus(self, other: "Row") -> "Row":
        """Return the account of both."""
        return Row(**{one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(self)})


@dataclass(frozen=True)
class Books:
    """The rows by channel, and in a line each what is unconfirmed or wrong."""

    rows: Mapping[str, Row]
    unconfirmed: Sequence[str] = ()
    wrong: Sequence[str] = ()

    @property
    def total(self) -> Row:
        """All channels together."""
        return _sum(self.rows.values())


@dataclass
class _Sheet:
    rows: dict[str, Row]
    unconfirmed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def books_of(house: Dealership) -> Books:
    """Draw up a dealer's books, in its scope."""
    sheet = _Sheet({name: Row() for name in house.providers})
    took = {name: _took(provider) for name, provider in house.providers.items()}
    messages = {one.pk: one for one in _messages()}
    for message in messages.values():
        _enter(message, messages, house, took, sheet)
    for name, provider in house.providers.items():
        ours = {provider.kind.seen(one.address) for one in messages.values() if one.account.kind == name}
        sheet.rows[name].taken = sum(took[name].values())
        sheet.rows[name].strangers = len(took[name].keys() - ours)
    if not operations.accounting().is_balanced:
        sheet.wrong.append(f"{house.dealer.name}: the house's own books do not balance")
    return Books(sheet.rows, sheet.unconfirmed, sheet.wrong)


def merged(all_books: Sequence[Books]) -> Books:
    """Put several dealers' books together."""
    names = dict.fromkeys(name for books in all_books for name in books.rows)
    return Books(
        {name: _sum(books.rows[name] for books in all_books if name in books.rows) for name in names},
        [line for books in all_books for line in books.unconfirmed],
        [line for books in all_books for line in books.wrong],
    )


def table(books: Books) -> list[str]:
    """Return the table by channel, with the sum below."""
    names = [one.name for one in fields(Row)]
    heads = [name.replace("_", " ") for name in names]
    widths = [max(len(head), 7) for head in heads]
    lines = ["channel   " + "  ".join(head.rjust(width) for head, width in zip(heads, widths, strict=True))]
    for channel, row in [*books.rows.items(), ("all", books.total)]:
        cells = [f"{getattr(row, name):,}".rjust(width) for name, width in zip(names, widths, strict=True)]
        lines.append(f"{channel:10}" + "  ".join(cells))
    return lines


def _messages() -> Iterable[Message]:
    found = Message.objects.filter(direction=Message.Direction.OUT).select_related("account").order_by("id")
    return found.defer("text", "buttons")


def _took(provider: Provider) -> Counter[str]:
    return Counter(one.to for one in provider.double.taken)


def _enter(
    message: Message,
    messages: Mapping[int, Message],
    house: Dealership,
    took: Mapping[str, Counter[str]],
    sheet: _Sheet,
) -> None:
    kind = message.account.kind
    row, count = sheet.rows[kind], _count(message, house, took)
    row.accepted += 1
    row.rerouted += message.instead_of_id is not None
    column = _column(message)
    setattr(row, column, getattr(row, column) + 1)
    row.silent += column == "still_due" and message.state == State.SENT
    row.unconfirmed += message.state == State.UNCONFIRMED
    faults = {
        "lost": message.state in REACHED and not count,
        "twice": count > 1,
        "denied": count > 0 and message.state not in {*REACHED, State.UNCONFIRMED} and _is_well(message, house),
        "again": _is_again(message, messages, house, took),
        "unheard": message.state == State.SENT and _fate(message, house) != SILENT,
    }
    for name in [name for name, is_so in faults.items() if is_so]:
        setattr(row, name, getattr(row, name) + 1)
        sheet.wrong.append(f"{name}: {_named(message, house, count)}")
    if message.state == State.UNCONFIRMED:
        sheet.unconfirmed.append(_named(message, house, count))


def _column(message: Message) -> str:
    """As the house's own books have it: where no receipts come, having been sent is the end of it."""
    if message.state == State.SENT and message.account.kind == "telegram":
        return "delivered"
    return next(column for column, states in COLUMNS.items() if message.state in states)


def _count(message: Message, house: Dealership, took: Mapping[str, Counter[str]]) -> int:
    provider = house.providers[message.account.kind]
    return took[provider.kind.name][provider.kind.seen(message.address)]


def _fate(message: Message, house: Dealership) -> str:
    provider = house.providers[message.account.kind]
    return provider.told.get(provider.kind.seen(message.address), SILENT)


def _is_well(message: Message, house: Dealership) -> bool:
    """Nobody has said that it did not arrive."""
    return _fate(message, house) in (DELIVERED, SILENT)


def _is_again(
    message: Message, messages: Mapping[int, Message], house: Dealership, took: Mapping[str, Counter[str]]
) -> bool:
    """It left in place of one that the owner has; one of which nothing was heard for hours may be followed."""
    if message.instead_of_id is None or not _count(message, house, took):
        return False
    before = messages[message.instead_of_id]
    return bool(_count(before, house, took)) and _fate(before, house) == DELIVERED


def _named(message: Message, house: Dealership, count: int) -> str:
    why = f"{message.error} {message.error_detail}".strip() or "no reason"
    return (
        f"{house.dealer.name} {message.pk} {message.account.kind} {message.state}: {why};"
        f" its provider took it {count} times and says {_fate(message, house)}"
    )


def _sum(rows: Iterable[Row]) -> Row:
    total = Row()
    for row in rows:
        total = total.plus(row)
    return total
