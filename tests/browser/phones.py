"""What is done with owners' phones in these tests: by the house, by a provider, and where to look on the page."""

import re
from datetime import UTC, datetime

from playwright.sync_api import Locator, Page

from channels_app import simulator, simulator_provider
from notifications.inbound import operations as inbound
from notifications.outbox.accounts import account_of
from notifications.outbox.rules import Priority
from tests.stories.telling import Story

VISIT = {"visit_date": "2026-11-15"}


def ask_how_it_was(story: Story) -> None:
    """Begin a survey as if the owner had asked for it: the clock is real here, and quiet hours hold what we begin."""
    wishes = {"values": VISIT, "is_proactive": False, "priority": Priority.REPLY}
    story.start("after_sales_survey", case_kind="follow_up", case_id=story.follow_up(), **wishes)


def tell_receipts(story: Story, *statuses: str) -> None:
    """Let the provider tell what became of our first message."""
    account = account_of(story.account)
    accepted = simulator_provider.accepted_messages(account)[0]
    events = [simulator_provider.receipt_event(accepted, status) for status in statuses]
    now = datetime.now(UTC)
    request = simulator.signed_request(account, events, now=now)
    inbound.accept(account_ref=story.account.public_id, request=request, now=now)


def owner(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name="Owners").get_by_role("button", name=re.compile(name))


def messages(page: Page) -> Locator:
    return page.get_by_role("list", name="Messages").locator(".out, .in")
