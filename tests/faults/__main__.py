"""`make faults`: the long form of every fault, and its table."""

import os
import sys

import pytest

if __name__ == "__main__":
    os.environ["FAULTS"] = "long"
    sys.exit(pytest.main(["tests/faults", "-q", *sys.argv[1:]]))
