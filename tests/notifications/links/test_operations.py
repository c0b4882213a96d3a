"""Links made, found and sent: the token is in what leaves and nowhere else."""

from datetime import timedelta

import pytest
from django.db import connection

from channels_app import registry
from core.customers import addresses, merging
from core.customers.models import ContactPoint, Customer
from notifications.links import operations as links
from notifications.links import rules
from notifications.links.models import OwnerLink
from notifications.links.operations import LinkOver, LinkUnknown
from notifications.links.rules import LASTS, Purpose
from notifications.outbox import operations as outbox
from notifications.outbox.models import Message
from tenants.scope import DealerRef, dealer_scope
from tests.notifications.links.following import link_in, new_link, path_of
from tests.notifications.links.posting import Post
from tests.stories import telling
from tests.stories.telling import Story


@pytest.fixture
def anna(in_north: DealerRef) -> Story:
    """Anna and her phone."""
    return telling.begin("north")


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Post:
    """What leaves the house."""
    taking = Post()
    monkeypatch.setitem(registry.LOADED, "simulator", taking)
    return taking


def token_of(link: OwnerLink) -> str:
    return links.tokens_of({link.pk})[link.pk]


def test_a_token_finds_its_link(anna: Story) -> None:
    link = new_link(anna, Purpose.PREFERENCES)

    assert links.found(token_of(link)).pk == link.pk


def test_a_token_of_north_is_unknown_at_south(anna: Story, south: DealerRef) -> None:
    token = token_of(new_link(anna, Purpose.PREFERENCES))

    with dealer_scope(south):
        telling.begin("south").start("win_back")
        with pytest.raises(LinkUnknown):
            links.found(token)


def test_one_salt_gives_two_dealers_two_tokens(anna: Story, south: DealerRef) -> None:
    link = new_link(anna, Purpose.PREFERENCES)
    ours = token_of(link)

    with dealer_scope(south):
        twin = new_link(telling.begin("south"), Purpose.PREFERENCES)
        OwnerLink.objects.filter(pk=twin.pk).update(salt=bytes(link.salt))
        theirs = token_of(twin)

    assert ours != theirs


@pytest.mark.parametrize("place", [0, 10, 21])
def test_a_changed_token_is_unknown(anna: Story, place: int) -> None:
    token = token_of(new_link(anna, Purpose.PREFERENCES))
    changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]

    with pytest.raises(LinkUnknown):
        links.found(changed)


@pytest.mark.parametrize("purpose", Purpose)
def test_a_link_works_until_it_expires(anna: Story, purpose: Purpose) -> None:
    link = new_link(anna, purpose)
    end = anna.now + LASTS[purpose]

    links.check_open(link, now=end - timedelta.resolution)
    with pytest.raises(LinkOver, match="EXPIRED"):
        links.check_open(link, now=end)


def test_a_wrong_numbers_links_are_over(anna: Story) -> None:
    link = new_link(anna, Purpose.PREFERENCES)
    point = ContactPoint.objects.get(customer=anna.customer)

    addresses.mark_contact_point(contact_point_id=point.pk, is_right=False, actor="user:1", now=anna.now)

    with pytest.raises(LinkOver, match="WRONG_NUMBER"):
        links.check_open(link, now=anna.now)


def test_a_link_follows_its_owner_into_the_merged_file(anna: Story) -> None:
    link = new_link(anna, Purpose.PREFERENCES)
    kept = Customer.objects.create(name="Anna", created_at=anna.now, updated_at=anna.now)

    merging.merge_customers(kept_id=kept.pk, other_id=anna.customer.pk, by=merging.By("user:1"), now=anna.now)

    assert links.person_of(links.found(token_of(link))) == kept.pk


def test_many_links_are_made_in_as_many_statements_as_one(anna: Story, django_assert_num_queries: object) -> None:
    wanted = links.NewLink(
        purpose=Purpose.PREFERENCES,
        conversation_id=new_link(anna, Purpose.PREFERENCES).conversation_id,
        language="en",
        customer_id=anna.customer.pk,
    )

    with django_assert_num_queries(1):  # type: ignore[operator]  # pytest-django's fixture
        made = links.issue([wanted] * 50, now=anna.now)

    assert len({link.id for link in made}) == 50


def ask_how_it_was(story: Story) -> Message:
    wishes = {"case_kind": "follow_up", "case_id": story.follow_up(), "values": {"visit_date": "2026-11-15"}}
    story.start("after_sales_survey", **wishes)
    return story.last()


def test_the_token_is_in_what_leaves_and_in_no_table(anna: Story, post: Post) -> None:
    message = ask_how_it_was(anna)
    token = token_of(link_in(message))

    outbox.dispatch_batch(now=anna.now)

    assert f"http://north.localhost:8000/o/{token}/" in post.taken[0].text
    assert _tables_with(token) == []


def _tables_with(word: str) -> list[str]:
    """Every table of the dealer in any of whose rows the word stands."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        found = []
        for table in tables:
            rows = f"SELECT count(*) FROM {table} AS t WHERE t::text LIKE %s"  # noqa: S608  # names of our own tables
            cursor.execute(rows, [f"%{word}%"])
            found += [table] if cursor.fetchone()[0] else []
    return found


def test_a_mark_that_somebody_wrote_gets_no_token(anna: Story, post: Post) -> None:
    foreign = new_link(anna, Purpose.PREFERENCES)
    mark = rules.path_of(rules.mark_of(foreign.pk))
    outbox.queue_message(
        outbox.Draft(account_id=anna.account.pk, address=anna.address, text=f"see {mark}", purpose="SERVICE"),
        now=anna.now,
    )

    outbox.dispatch_batch(now=anna.now)

    assert post.taken[0].text == f"see {mark}"


def test_a_second_try_sends_the_same_link(anna: Story, post: Post) -> None:
    message = ask_how_it_was(anna)
    outbox.dispatch_batch(now=anna.now)
    Message.objects.filter(pk=message.pk).update(state=Message.State.QUEUED, lease_token="", provider_id="")

    outbox.dispatch_batch(now=anna.now + timedelta(minutes=1))

    assert post.taken[0].text == post.taken[1].text


def test_a_path_is_short(anna: Story) -> None:
    assert len(path_of(new_link(anna, Purpose.SURVEY))) == len("/o/") + 22 + 1
