"""A conversation with Anna at north, and the people who answer there."""

from datetime import timedelta

from notifications.conversations.models import Conversation
from tenants.accounts import operations as accounts
from tenants.accounts.models import User
from tenants.accounts.roles import Role
from tests.conftest import OPENED_AT
from tests.stories.telling import Story

VISIT_DATE = {"visit_date": "2026-11-15"}


def colleague(name: str = "Clara", *, role: Role = Role.SERVICE_SPECIALIST) -> User:
    return accounts.create_user(
        email=f"{name.lower()}.{role.lower()}@x.example",
        name=name,
        role=role,
        password=None,
        language="en",
        now=OPENED_AT,
    )


def ask_how_it_was(story: Story) -> None:
    story.start("after_sales_survey", case_kind="follow_up", case_id=story.follow_up(), values=VISIT_DATE)


def talk_of(story: Story) -> Conversation:
    return Conversation.objects.get(account=story.account, address=story.address)


def later(story: Story, **spans: float) -> None:
    story.now += timedelta(**spans)
