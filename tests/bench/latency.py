"""How long single calls take: by percentiles, beside the least that the same answer could take. Judges nothing."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

HEADINGS = ("what", "size", "calls", "p50 ms", "p95 ms", "p99 ms", "max ms")


@dataclass(frozen=True)
class Latency:
    """One kind of call at one size: seconds of each call, by role ("ours", "limit", and "peer" where there is one)."""

    subject: str
    what: str
    size: int
    aim: str
    seconds: Mapping[str, Sequence[float]]

    @property
    def key(self) -> str:
        return f"{self.subject}/{self.what}"

    def at(self, share: float, *, role: str = "ours") -> float:
        """Return the milliseconds within which that share of the calls was answered."""
        ordered = sorted(self.seconds[role])
        return ordered[max(0, math.ceil(share * len(ordered)) - 1)] * 1000

    def as_json(self) -> dict[str, object]:
        """Return everything measured, as the day's file has it."""
        shares = {"p50_ms": 0.5, "p95_ms": 0.95, "p99_ms": 0.99, "max_ms": 1.0}
        return {
            "subject": self.key,
            "size": self.size,
            "aim": self.aim,
            **{
                role: {
                    "calls": len(seconds),
                    **{name: round(self.at(share, role=role), 3) for name, share in shares.items()},
                }
                for role, seconds in self.seconds.items()
            },
        }


def table(results: Sequence[Latency]) -> str:
    """Return one line a kind of call and size; of peer and limit the 95th percentile stands beside."""
    roles = [role for role in ("peer", "limit") if any(role in result.seconds for result in results)]
    rows = [(*HEADINGS, *(f"{role} p95" for role in roles), "x limit", "aim")]
    rows += [_cells(result, roles) for result in results]
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _cells(result: Latency, roles: Sequence[str]) -> tuple[str, ...]:
    others = [f"{result.at(0.95, role=role):.1f}" if role in result.seconds else "-" for role in roles]
    return (
        result.what,
        f"{result.size:,}",
        str(len(result.seconds["ours"])),
        *(f"{result.at(share):.1f}" for share in (0.5, 0.95, 0.99, 1.0)),
        *others,
        f"{result.at(0.5) / result.at(0.5, role='limit'):.2g}" if "limit" in result.seconds else "-",
        result.aim,
    )
