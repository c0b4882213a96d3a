"""Reads the shipped tables (TOML beside this file) once. What they mean is the subjects' business."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any


@cache
def read(name: str) -> dict[str, Any]:
    """Return the table `name`.toml as plain values; callers must not change it."""
    return tomllib.loads(resources.files("core.tables").joinpath(f"{name}.toml").read_text(encoding="utf-8"))
