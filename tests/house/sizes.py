"""Measures the house: `python -m tests.house.sizes` prints how long files and functions are."""

import ast
import statistics
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.house.files import ROOT, own_files, product_code

LONGEST_SHOWN = 8


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Yield each function's name and its lines, decorators left out."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{path.relative_to(ROOT)}:{node.name}", (node.end_lineno or node.lineno) - node.lineno + 1


def lines_of(path: Path) -> int:
    return len(path.read_text().splitlines())


def spread(name: str, sizes: Iterable[tuple[str, int]]) -> list[str]:
    """Return lines for a report: how many, median, 95th percentile, and the longest by name."""
    rows = sorted(sizes, key=lambda row: row[1])
    counts = [row[1] for row in rows]
    at_95 = counts[int(len(counts) * 0.95)]
    head = (
        f"{name}: {len(counts)}, median {statistics.median(counts):.0f}, 95th percentile {at_95}, longest {counts[-1]}"
    )
    return [head, *(f"    {size:>4}  {label}" for label, size in rows[: -LONGEST_SHOWN - 1 : -1])]


def report() -> str:
    """Return the whole report."""
    files = [path for path in product_code() if path.name != "__init__.py"]
    tests = [path for path in own_files(".py") if path.relative_to(ROOT).parts[0] == "tests"]
    code_lines, test_lines = sum(map(lines_of, files)), sum(map(lines_of, tests))
    lines = spread("files of the product", ((str(path.relative_to(ROOT)), lines_of(path)) for path in files))
    lines += spread("functions of the product", (row for path in files for row in functions(path)))
    lines.append(f"lines: product {code_lines}, tests {test_lines}, tests to code {test_lines / code_lines:.1f}")
    return "\n".join(lines)


if __name__ == "__main__":
    print(report())  # noqa: T201 - a report for the terminal
