"""The staffing answer as plain values for JSON, and as lines for a terminal."""

from fractions import Fraction

from core.staffing import rules, tables
from core.staffing.operations import StaffingAnswer

Json = dict[str, object]


def as_json(answer: StaffingAnswer) -> Json:
    """Return the whole answer; "standard" comes first and holds the class and its posts alone."""
    return {
        "standard": {"class": answer.held.name, "posts": dict(answer.held.posts)},
        "covered_by": dict(answer.held.covered_by),
        "intake": _intake(answer),
        "workload": _workload(answer),
        "disagreements": [
            {"about": row.about, "needs": _number(row.needs), "has": row.has} for row in answer.disagreements
        ],
    }


def _intake(answer: StaffingAnswer) -> Json:
    last = answer.intake.last_date
    return {
        "q": _number(answer.intake.mean),
        "source": answer.intake.source,
        "open_days": answer.intake.open_days,
        "last_date": last.isoformat() if last else None,
    }


def _workload(answer: StaffingAnswer) -> Json:
    table = tables.staffing_table()
    return {
        "posts": answer.load.posts,
        "person_days": _number(answer.load.person_days),
        "shrinkage": _number(table.shrinkage),
        "with_shrinkage": _number(answer.load.with_shrinkage),
        "drivers": [_driver(driver, table=table) for driver in answer.load.drivers],
        "rates": {key: _rate(key, answer=answer, table=table) for key in table.rates},
    }


def _driver(driver: rules.Driver, *, table: rules.StaffingTable) -> Json:
    return {
        "work": driver.key,
        "direction": driver.direction,
        "load": _number(driver.load),
        "unit": table.norms[driver.direction].unit,
        "per_person_day": _number(driver.per_person_day),
        "person_days": _number(driver.person_days),
    }


def _rate(key: str, *, answer: StaffingAnswer, table: rules.StaffingTable) -> Json:
    is_measured = key in answer.measured
    value = answer.measured[key] if is_measured else table.rates[key]
    return {"value": _number(value), "source": "MEASURED" if is_measured else "TABLE"}


def _number(exact: Fraction) -> float | int:
    """Return the number as people read it: whole where it is whole, else to four places."""
    return int(exact) if exact.denominator == 1 else round(float(exact), 4)


def as_text(answer: StaffingAnswer) -> str:
    """Return the answer as lines that a person reads."""
    intake = answer.intake
    basis = f"mean of the last {intake.open_days} open days" if intake.source == "MEASURED" else "given"
    posts = ", ".join(f"{count} {post}" for post, count in answer.held.posts.items())
    covered = "".join(f" ({post} covered by {by})" for post, by in answer.held.covered_by.items())
    lines = [
        f"intake     {float(intake.mean):.2f} cars a day ({basis})",
        f"standard   class {answer.held.name}: {posts}{covered}",
        f"workload   {answer.load.posts} posts ({float(answer.load.with_shrinkage):.2f} with shrinkage)",
        *(f"           {float(row.person_days):5.2f} person-days {row.key}" for row in answer.load.drivers),
        *(f"disagrees  {row.about}: needs {float(row.needs):.2f}, has {row.has}" for row in answer.disagreements),
    ]
    return "\n".join(lines)
