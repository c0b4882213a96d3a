"""A channel's double as a process beside us, until its input ends: python -m tests.bench.sending.provider KIND."""

import logging
import subprocess
import sys
from atexit import register
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from tests.doubles import aliyun, sendgrid, smpp, smtp, telegram, twilio, wechat, whatsapp
from tests.doubles.server import Double

DOUBLES: Mapping[str, Callable[[], Double]] = {
    "twilio": twilio.Twilio,
    # smpplib, which is the bare client, reads no more than the specification lists.
    "smpp": lambda: smpp.Smsc(more=b""),
    "aliyun": aliyun.Aliyun,
    "sendgrid": sendgrid.SendGrid,
    "smtp": smtp.MailServer,
    "telegram": telegram.Telegram,
    "whatsapp": whatsapp.WhatsApp,
    "wechat": wechat.WeChat,
}
ENDS_WITHIN_SECONDS = 10


@dataclass(frozen=True)
class Standing:
    """Where a double answers."""

    url: str
    # Nothing is told back here.
    public_key: str = ""

    @property
    def port(self) -> str:
        return self.url.rpartition(":")[2]


@cache
def standing(kind: str) -> Standing:
    """Start a double once for all runs; it ends with this process."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.sending.provider", kind],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    register(_end, process)
    assert process.stdout is not None
    return Standing(process.stdout.readline().strip())


def _end(process: "subprocess.Popen[str]") -> None:
    assert process.stdin is not None
    process.stdin.close()
    process.wait(ENDS_WITHIN_SECONDS)


def main(kind: str) -> None:
    """Stand until nobody is there any more who could ask."""
    logging.disable()
    with DOUBLES[kind]() as double:
        print(double.url, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1])
