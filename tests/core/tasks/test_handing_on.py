"""A call without a common language goes on: by whoever speaks the owner's, or by the head of the centre."""

from datetime import timedelta

import pytest

from core.customers.models import Customer, FieldChange
from core.deputies import operations as deputies
from core.events.models import Event
from core.tasks import claiming, completion, desks, operations, queries
from core.tasks.models import Task
from tenants.accounts import operations as accounts
from tenants.accounts.models import User
from tenants.scope import DealerRef, dealer_scope
from tests.core.making import NOW, make_customer
from tests.core.tasks.test_tasks import call

RELATIONS, SERVICE, DIRECTOR = "RELATIONS_SPECIALIST", "SERVICE_SPECIALIST", "COC_DIRECTOR"


def add(role: str, *, name: str, language: str = "zh-hans") -> User:
    """Add somebody to the centre."""
    return accounts.create_user(
        email=f"{name.lower()}@north.example", name=name, role=role, password=None, language=language, now=NOW
    )


def open_call() -> Task:
    """Open a call to Anna."""
    operations.open_tasks([call(customer_id=make_customer().pk)], now=NOW)
    return Task.objects.get()


def give_up(task: Task, *, by: User, language: str = "es") -> Task:
    """Note that there is no common language."""
    return completion.postpone(
        task_id=task.pk,
        user_id=by.pk,
        outcome="LANGUAGE_BARRIER",
        note="Habla español.",
        again_at=None,
        is_promise=False,
        language=language,
        now=NOW,
    )


def shown_to(user: User, *, later: timedelta = timedelta(0)) -> list[Task]:
    """Return what stands on somebody's list."""
    desk = desks.desk_of(user.pk, now=NOW + later)
    return list(queries.work(desk=desk, now=NOW + later, limit=5))


def test_a_colleague_who_speaks_the_language_goes_on_at_once(in_north: DealerRef) -> None:
    clara, speaker = add(RELATIONS, name="Clara"), add(RELATIONS, name="Speaker", language="es")
    task = open_call()
    claiming.claim(task_id=task.pk, user_id=clara.pk, now=NOW)

    moved = give_up(task, by=clara)

    assert (moved.state, moved.outcome, moved.assignee_id, moved.due_at) == (
        "OPEN",
        "LANGUAGE_BARRIER",
        speaker.pk,
        NOW,
    )
    assert (shown_to(clara), shown_to(speaker)) == ([], [moved])
    assert Event.objects.filter(kind="task.postponed", data__outcome="LANGUAGE_BARRIER").count() == 1


def test_the_owners_language_is_noted_with_its_history(in_north: DealerRef) -> None:
    clara = add(RELATIONS, name="Clara")

    give_up(open_call(), by=clara)

    assert Customer.objects.get().language == "es"
    change = FieldChange.objects.get(field="language")
    assert (change.after, change.actor) == ("es", f"user:{clara.pk}")


@pytest.mark.parametrize("language", ["es", ""], ids=["one nobody here speaks", "none of ours"])
def test_where_nobody_speaks_it_the_head_goes_on_in_a_while(in_north: DealerRef, language: str) -> None:
    clara, head = add(RELATIONS, name="Clara"), add(DIRECTOR, name="Head")
    task = open_call()

    moved = give_up(task, by=clara, language=language)

    assert (moved.state, moved.role, moved.assignee_id) == ("OPEN", DIRECTOR, None)
    assert moved.not_before_at == completion.proposed_time(now=NOW)
    an_hour = moved.not_before_at - NOW
    assert (shown_to(clara, later=an_hour), shown_to(head)) == ([], [])
    assert shown_to(head, later=an_hour) == [moved]


def test_who_is_away_or_left_or_has_another_post_is_given_nothing(in_north: DealerRef) -> None:
    clara = add(RELATIONS, name="Clara")
    away, left = add(RELATIONS, name="Away", language="es"), add(RELATIONS, name="Left", language="es")
    add("SERVICE_ADVISOR", name="Advisor", language="es")
    accounts.deactivate_user(user_id=left.pk)
    wish = deputies.Wish(away.pk, clara.pk, from_date=NOW.date(), last_date=NOW.date())
    deputies.name_deputy(wish, actor="user:1", address=None, now=NOW)

    moved = give_up(open_call(), by=clara)

    assert (moved.role, moved.assignee_id) == (DIRECTOR, None)


def test_the_post_itself_goes_before_those_who_cover_it(in_north: DealerRef) -> None:
    clara = add(RELATIONS, name="Clara")
    add(SERVICE, name="Service", language="es")
    same = add(RELATIONS, name="Same", language="es")

    assert give_up(open_call(), by=clara).assignee_id == same.pk


def test_what_another_holds_cannot_be_handed_on(in_north: DealerRef) -> None:
    clara, other = add(RELATIONS, name="Clara"), add(RELATIONS, name="Other")
    task = open_call()
    claiming.claim(task_id=task.pk, user_id=other.pk, now=NOW)

    with pytest.raises(claiming.TaskTaken):
        give_up(task, by=clara)

    assert Customer.objects.get().language == ""


def test_nobody_of_the_other_dealer_is_given_it(north: DealerRef, south: DealerRef) -> None:
    with dealer_scope(south):
        add(RELATIONS, name="Boris", language="es")
    with dealer_scope(north):
        moved = give_up(open_call(), by=add(RELATIONS, name="Clara"))

        assert moved.assignee_id is None
