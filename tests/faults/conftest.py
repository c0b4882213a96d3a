"""Prints the table after a long run."""

import os

from tests.faults import table


def pytest_terminal_summary(terminalreporter) -> None:
    if os.environ.get("FAULTS") == "long" and table.ROWS:
        terminalreporter.write_line("")
        for line in (table.HEAD, *table.ROWS):
            terminalreporter.write_line(line)
