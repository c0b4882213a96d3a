"""A process that holds an embedded stack: says which servers serve, then waits for its input to end.

Run as `python -m tests.embedded.holder FOLDER`.
"""

import json
import sys
from pathlib import Path

from deploy.embedded import places, stack
from deploy.embedded.postgres import Postgres
from deploy.embedded.valkey import Valkey


def main() -> None:
    place = places.main(Path(sys.argv[1]))
    with stack.running(place):
        sys.stdout.write(json.dumps({"postgres": Postgres(place).pid(), "valkey": Valkey(place).pid()}) + "\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
