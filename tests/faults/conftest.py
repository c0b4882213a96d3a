"""Prints the tables after a long run."""

import os

from tests.faults import table


def pytest_terminal_summary(terminalreporter) -> None:
    if os.environ.get("FAULTS") != "long":
        return
    rows = [table.HEAD, *table.ROWS] if table.ROWS else []
    for line in ("", *rows, *table.BOOKS):
        terminalreporter.write_line(line)
