"""`make faults`: the long form of every fault, and its tables.

python -m tests.faults                              everything
python -m tests.faults outbox -k killed             one subject; what follows goes to pytest
python -m tests.faults channels --count 100000      so many over all channels; Ctrl-C gives the books as they are
"""

import argparse
import os
import sys

import pytest

SUBJECTS = {name: f"tests/faults/test_{name}.py" for name in ("outbox", "lines", "channels")}
COUNT = 100_000

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="make faults")
    parser.add_argument("subjects", nargs="*", metavar="SUBJECT", help=", ".join(SUBJECTS), default=[])
    parser.add_argument("--count", type=int, default=COUNT, help="messages over all channels")
    asked, rest = parser.parse_known_args()
    if unknown := sorted(set(asked.subjects) - set(SUBJECTS)):
        parser.error(f"no subject {', '.join(unknown)}; there are {', '.join(SUBJECTS)}")
    os.environ |= {"FAULTS": "long", "FAULTS_COUNT": str(asked.count)}
    sys.exit(pytest.main([*(SUBJECTS[name] for name in asked.subjects or SUBJECTS), "-q", "--capture=sys", *rest]))
