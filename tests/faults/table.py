"""The tables of a run of faults."""

from collections.abc import Sequence

from tests.faults.world import Reckoning

ROWS: list[str] = []
HEAD = f"{'fault':46}{'accepted':>9}{'taken':>8}{'lost':>6}{'twice':>7}{'due':>6}{'after stop':>12}{'seconds':>9}"
BOOKS: list[str] = []


def add(name: str, reckoning: Reckoning, *, seconds: float) -> None:
    """Add a row."""
    ROWS.append(
        f"{name.replace('_', ' '):46}{reckoning.accepted:>9}{reckoning.provider_took:>8}{reckoning.lost:>6}"
        f"{reckoning.twice:>7}{reckoning.still_due:>6}{reckoning.after_opt_out:>12}{seconds:>9.1f}"
    )


def add_books(lines: Sequence[str], unconfirmed: Sequence[str], *, seconds: float) -> None:
    """Add the books of a mixed run, with each message that nobody knows the end of."""
    BOOKS.extend([*lines, "", f"unconfirmed, shown to people: {len(unconfirmed)}", *unconfirmed])
    BOOKS.append(f"in {seconds:,.0f} seconds")
