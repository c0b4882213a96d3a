"""What must be true of the files themselves."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import sizes
from tests.house.files import FLOORS, ROOT, own_files, product_code

# Written in two halves, so that this file does not name them either.
REGISTRIES = tuple(
    first + second
    for first, second in (
        ("pypi", ".org"),
        ("python", "hosted.org"),
        ("registry.", "npmjs"),
        ("registry.", "yarnpkg"),
        ("npm", "mirror.com"),
        ("--index", "-url"),
        ("--extra-index", "-url"),
    )
)
LOCKS_THAT_NAME_HOSTS = {"uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "yarn.lock"}
MOST_LINES = 500
EDGE_FLOORS = {"api", "frontend", "deploy"}
EDGE_FILES = {"tasks.py", "consumers.py", "middleware.py"}
CLOCKS = {"now", "today", "utcnow", "localdate", "localtime"}
CLOCK_OWNERS = {"datetime", "datetime.datetime", "date", "datetime.date", "timezone"}


def test_no_file_names_a_registry() -> None:
    named = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in own_files()
        for text in [path.read_text(errors="ignore")]
        for word in REGISTRIES
        if word in text
    ]

    assert named == []


def test_no_lock_file_says_where_it_was_resolved() -> None:
    locks = [path for path in own_files() if path.name in LOCKS_THAT_NAME_HOSTS]
    npm_locks = [path for path in own_files(".json") if path.name == "package-lock.json"]

    assert locks == []
    assert [path for path in npm_locks if '"resolved"' in path.read_text()] == []


def test_every_pinned_requirement_has_a_hash() -> None:
    for path in own_files(".txt"):
        if path.parent.name != "requirements":
            continue
        blocks = path.read_text().replace("\\\n", " ").splitlines()
        unhashed = [line for line in blocks if "==" in line and "--hash=sha256:" not in line]
        assert unhashed == [], path.name


def test_package_files_are_empty() -> None:
    full = [path for path in product_code() if path.name == "__init__.py" and path.read_text().strip()]

    assert [str(path.relative_to(ROOT)) for path in full] == ["deploy/__init__.py"]


def test_every_folder_of_tests_is_a_package() -> None:
    # Without its __init__.py a folder's name stands alone, and `channels` is somebody else's package.
    folders = {path.parent for path in own_files(".py") if path.relative_to(ROOT).parts[0] == "tests"}

    assert [str(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


def test_no_file_is_too_long() -> None:
    long = [path for path in own_files(".py") if "migrations" not in path.parts and sizes.lines_of(path) > MOST_LINES]

    assert long == []


def test_the_top_level_is_as_drawn() -> None:
    folders = {path.relative_to(ROOT).parts[0] for path in own_files() if len(path.relative_to(ROOT).parts) > 1}

    assert folders == {*FLOORS, "tests", "requirements", ".ci"}


def test_the_clock_is_read_at_the_edges_only() -> None:
    inside = [path for path in product_code() if not is_edge(path)]

    assert [reading for path in inside for reading in clock_readings(path)] == []


def is_edge(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    return parts[0] in EDGE_FLOORS or "management" in parts or path.name in EDGE_FILES


def clock_readings(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr in CLOCKS and ast.unparse(node.func.value) in CLOCK_OWNERS:
            yield f"{path.relative_to(ROOT)}:{node.lineno}"


@pytest.mark.slow
def test_every_model_has_its_migration() -> None:
    command = [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"]

    verdict = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert verdict.returncode == 0, verdict.stdout + verdict.stderr
