"""What planning came to, as the one object that the command prints and as lines for people."""

from collections.abc import Iterable, Mapping
from typing import Any

from notifications.planning.operations import AsOf, KindPlan


def as_object(plans: Iterable[KindPlan], *, dealer: str, as_of: AsOf, is_dry_run: bool) -> dict[str, Any]:
    """This function will return the plan as plain values: per kind found, planned, merged, excluded by reason."""
    return {
        "dealer": dealer,
        "as_of": as_of.today.isoformat(),
        "is_dry_run": is_dry_run,
        "kinds": {
            plan.rule: {
                "found": plan.found,
                "planned": plan.planned,
                "people": plan.people,
                "already_planned": plan.already_planned,
                "merged": plan.merged,
                "excluded": dict(plan.excluded),
            }
            for plan in plans
        },
    }


def as_text(told: Mapping[str, Any]) -> str:
    """This function will return the same as one line a kind, with the reasons under it."""
    lines = [f"{told['dealer']} as of {told['as_of']}" + (" (dry run)" if told["is_dry_run"] else "")]
    for rule, counts in told["kinds"].items():
        lines.append(
            f"{rule:<26} found {counts['found']:>6}  planned {counts['planned']:>6}"
            f"  already planned {counts['already_planned']:>6}  merged {counts['merged']:>6}"
        )
        lines += [f"{'':<26}   not: {reason} {count}" for reason, count in counts["excluded"].items()]
    return "\n".join(lines)
