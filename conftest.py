"""Starts the tests' servers before any test file can import a model (see tests/plugins/stack.py)."""

import hypothesis
import pytest

from tests.plugins import stack

stack.begin()

# Machines differ in speed and runs in luck; a red test must mean a defect, and be red again the next time.
hypothesis.settings.register_profile("house", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("house")


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Leave the servers when everything else has let go of them."""
    stack.end()
