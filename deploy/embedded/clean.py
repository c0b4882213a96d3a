"""Stops embedded servers that nobody uses any more; for `make clean`, where Django may not be able to start."""

import sys
from pathlib import Path

from deploy.embedded import stack

IN_USE = 3  # an exit code of its own: the Makefile goes on when this file cannot even be imported
VAR = Path(__file__).resolve().parents[2] / "var"


def main() -> None:
    """Stop what may be stopped, and refuse to go on while somebody works."""
    left = stack.stop(VAR)
    if left:
        sys.stderr.write(f"Still in use: {', '.join(left)}. Stop `make run` or the tests first.\n")
        sys.exit(IN_USE)


if __name__ == "__main__":
    main()
