#!/usr/bin/env python
"""Runs a command of the house, with the embedded servers around it unless others are configured."""

import os
import signal
import sys

from deploy.env import SettingMissing, SettingUnreadable

# These only look at the code; they must work where no server can run.
WITHOUT_SERVERS = frozenset(
    {
        "check",
        "collectstatic",
        "compilemessages",
        "help",
        "makemessages",
        "spectacular",
        "talk",
        "--help",
        "--version",
        "version",
    }
)


def main() -> None:
    """Run the command named in the arguments."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - its absence deserves `make setup`

    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    asks_servers = "--database" in sys.argv  # of `check`: the walls' self-tests
    if "--help" in sys.argv or (command in WITHOUT_SERVERS and not asks_servers):
        execute_from_command_line(sys.argv)
        return
    from deploy import settings  # noqa: PLC0415 - as above
    from deploy.embedded import stack  # noqa: PLC0415 - as above

    # Python dies of SIGTERM without leaving its blocks; the servers would stay behind.
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    with stack.running(settings.EMBEDDED):
        from deploy import first_use  # noqa: PLC0415 - reads the settings, and with them the running servers

        first_use.prepare(command)
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
    except (SettingMissing, SettingUnreadable) as error:
        sys.exit(f"aftercare: {error}")
