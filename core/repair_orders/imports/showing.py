"""An import's outcome as text for a terminal."""

from core.repair_orders.imports.runs import Outcome
from core.repair_orders.imports.stages import Progress


def progress_line(progress: Progress) -> str:
    """Return one line that says how far a stage has come."""
    share = f" ({100 * progress.done // progress.total} %)" if progress.total else ""
    return f"{progress.stage.lower()}: {progress.done:,}{share}"


def table(outcome: Outcome) -> str:
    """Return what was recognised, found and done, one thing a line."""
    lines = [f"{name:32} {value}" for name, value in outcome.dialect.items() if value]
    for name, value in outcome.counts.as_dict().items():
        if isinstance(value, dict):
            lines += [f"{f'{name}: {reason}':32} {count:>9,}" for reason, count in value.items() if count]
        else:
            lines.append(f"{name:32} {value:>9,}")
    return "\n".join(lines)
