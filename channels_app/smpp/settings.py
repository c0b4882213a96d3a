"""What a carrier's account is told, read once into plain values."""

from dataclasses import dataclass, field

from channels_app.contract import Account
from channels_app.errors import Misconfigured
from channels_app.form import Form, Setting

TLS, PLAIN = "tls", "none"
PORTS = {TLS: 3550, PLAIN: 2775}
TRANSCEIVER, SPLIT = "transceiver", "split"
GSM, LATIN_1 = "gsm", "latin-1"
UDH, PAYLOAD = "udh", "payload"
AS_GIVEN, HEX_FIRST, DECIMAL_FIRST = "as-given", "hex-then-decimal", "decimal-then-hex"
# One octet of the protocol.
OCTET = r"[0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5]"
CODES = r"[0-9A-Za-z, ]*"

FORM = Form(
    # A number, a short code, or a name of up to eleven letters.
    address_pattern=r"\+?[0-9]{3,15}|[0-9A-Za-z .&-]{1,11}",
    address_example="+34600999999",
    settings=(
        Setting("host", input="host", is_required=True),
        # Those below are other services': an account must not knock at every door of a machine.
        Setting("port", input="number", pattern=r"[1-9][0-9]{3}|[1-5][0-9]{4}|6[0-4][0-9]{3}"),
        # In the clear only where the line is private otherwise: the password travels with it.
        Setting("security", input="choice", default=TLS, choices=(TLS, PLAIN)),
        Setting("ca", input="multiline", longest=20_000),
        # As long as the protocol has room for; smpplib would cut them and not say so. Source: SMPP 3.4, 4.1.1.
        Setting("system_id", is_required=True, longest=15),
        Setting("password", is_secret=True, is_required=True, longest=8),
        Setting("system_type", longest=12),
        # split: the carrier wants sending and receiving on lines of their own.
        Setting("bind", input="choice", default=TRANSCEIVER, choices=(TRANSCEIVER, SPLIT)),
        # How many messages may be under way unanswered.
        Setting("window", input="number", default="10", pattern=r"[1-9][0-9]{0,2}"),
        # How often a quiet line is tried.
        Setting("enquire_seconds", input="number", default="30", pattern=r"[1-9][0-9]{0,3}"),
        # What the carrier reads in coding 0.
        Setting("alphabet", input="choice", default=GSM, choices=(GSM, LATIN_1)),
        # A long text leaves in parts that the phone joins, or whole, for the carrier to part.
        Setting("long", input="choice", default=UDH, choices=(UDH, PAYLOAD)),
        # How the carrier writes its ids, in answers and then in receipts.
        Setting("ids", input="choice", default=AS_GIVEN, choices=(AS_GIVEN, HEX_FIRST, DECIMAL_FIRST)),
        # What national numbers of senders lack.
        Setting("country_code", input="number", longest=3),
        # What the sender's address is, where its look does not tell.
        Setting("source_ton", input="number", pattern=OCTET),
        Setting("source_npi", input="number", pattern=OCTET),
        # The carrier's own codes, in answers or receipts, that say so, with commas between them.
        Setting("undeliverable_codes", pattern=CODES),
        Setting("opted_out_codes", pattern=CODES),
    ),
)


@dataclass(frozen=True)
class Setup:
    """An account's settings, whole and possible."""

    host: str
    port: int
    is_encrypted: bool
    ca: str
    system_id: str
    password: str = field(repr=False)
    system_type: str
    bind: str
    window: int
    enquire_seconds: int
    alphabet: str
    long: str
    ids: str


def setup_of(account: Account) -> Setup:
    """This function will read an account's settings. Raises: Misconfigured, naming what is missing or impossible."""
    FORM.require(account)
    said = {one.name: account.settings.get(one.name) or one.default for one in FORM.settings}
    # Which hosts a dealer may name was asked when the account was opened.
    faults = FORM.faults(said, allowed_hosts={said["host"]})
    if faults:
        raise Misconfigured(f"the smpp account cannot have this: {', '.join(sorted(faults))}")
    return Setup(
        host=said["host"],
        port=int(said["port"] or PORTS[said["security"]]),
        is_encrypted=said["security"] == TLS,
        ca=said["ca"],
        system_id=said["system_id"],
        password=said["password"],
        system_type=said["system_type"],
        bind=said["bind"],
        window=int(said["window"]),
        enquire_seconds=int(said["enquire_seconds"]),
        alphabet=said["alphabet"],
        long=said["long"],
        ids=said["ids"],
    )


def codes(account: Account, name: str) -> frozenset[str]:
    """This function will read a list of a carrier's own codes."""
    return frozenset(code for one in account.settings.get(name, "").split(",") if (code := plain_code(one)))


def plain_code(text: str) -> str:
    """This function will write a code one way, be it hexadecimal (0x0401), decimal, or filled up with noughts."""
    said = text.strip().lower()
    try:
        return str(int(said, 16 if said.startswith("0x") else 10))
    except ValueError:
        return said
