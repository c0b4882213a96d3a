"""WeChat keeps the contract of all channels, holds one token for all its calls, and says its refusals in our words."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from channels_app.contract import Button, NotSent, Probing, Sent, Template
from channels_app.errors import ChannelError, Misconfigured, OptedOut, Rejected, Throttled, Unavailable, Uncertain
from tests.channels_app.cases import CASES, Rig
from tests.channels_app.rigs import HTTP_CASES, DoubleRig
from tests.channels_app.wechat.conftest import TemplateRig, WeChatRig
from tests.doubles import wechat as double


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_wechats_texts_keep_the_contract(case: Callable[[Rig], None], rig: WeChatRig) -> None:
    case(rig)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_wechats_templates_keep_the_contract(case: Callable[[Rig], None], template_rig: TemplateRig) -> None:
    case(template_rig)


@pytest.mark.parametrize("case", HTTP_CASES, ids=lambda case: case.__name__)
def test_wechat_is_called_as_all_over_http(case: Callable[[DoubleRig[Any]], None], rig: WeChatRig) -> None:
    case(rig)


@pytest.mark.parametrize(
    ("how", "error", "detail"),
    [
        ("reject", Rejected, "NO_SUCH_OWNER"),
        ("window", Rejected, "WINDOW_CLOSED"),
        ("too-many-of-one", Rejected, "WINDOW_CLOSED"),
        ("blacklisted", Rejected, "BLACKLISTED"),
        ("template-refused", Rejected, "TEMPLATE_REFUSED"),
        ("something-new", Rejected, "99999"),
        ("opted-out", OptedOut, "43004"),
        ("not-following", OptedOut, "50005"),
        ("misconfigured", Misconfigured, "48001"),
        ("limited", Misconfigured, "50002"),
        ("always-stale", Misconfigured, "42001"),
        ("secret", Misconfigured, "40125"),
        ("address", Misconfigured, "40164"),
        ("busy", Unavailable, "-1"),
        ("token-garbage", Unavailable, "no token"),
        ("gateway", Uncertain, "502, not readable"),
        ("reset", Uncertain, "no answer"),
        ("garbage", Uncertain, "200, not readable"),
    ],
)
def test_each_misbehaviour_has_its_error(how: str, error: type[ChannelError], detail: str, rig: WeChatRig) -> None:
    refusal = rig.refused(how)

    assert (type(refusal), refusal.detail) == (error, detail)


@pytest.mark.parametrize(("how", "seconds"), [("throttle", 3600), ("minute", 60), ("token-throttle", 3600)])
def test_each_limit_has_its_wait(how: str, seconds: float, rig: WeChatRig) -> None:
    refusal = rig.refused(how)

    assert isinstance(refusal, Throttled)
    assert refusal.retry_after_seconds == seconds


def test_a_template_without_an_id_is_uncertain(template_rig: TemplateRig) -> None:
    assert isinstance(template_rig.refused("no-id"), Uncertain)


def test_all_calls_share_one_token(rig: WeChatRig) -> None:
    rig.channel.send(rig.account, rig.batch(50))
    rig.channel.send(rig.account, rig.batch(50))

    assert rig.provider.given == ["token0"]


def test_a_token_whose_time_is_over_is_changed_once_and_nobody_notices(rig: WeChatRig) -> None:
    rig.channel.send(rig.account, rig.batch(1))
    rig.provider.forget_tokens()

    outcomes = rig.channel.send(rig.account, rig.batch(20))

    assert all(isinstance(one, Sent) for one in outcomes)
    assert len(rig.provider.taken) == 21
    assert rig.provider.given == ["token0", "token1"]


def test_two_accounts_have_a_token_each(rig: WeChatRig) -> None:
    outcomes = [
        *rig.channel.send(rig.account, rig.batch(1)),
        *rig.channel.send(rig.with_settings(app_secret="another"), rig.batch(1)),
    ]

    assert isinstance(outcomes[0], Sent)
    assert isinstance(outcomes[1], NotSent)
    assert type(outcomes[1].error) is Misconfigured


def test_a_text_is_written_as_it_is_read(rig: WeChatRig) -> None:
    said = rig.said(rig.batch(1)[0])
    rig.said(replace(rig.batch(1)[0], text="您的车好了 \ud800"))

    assert said == {"touser": "+34600000000", "msgtype": "text", "text": {"content": "Your car is ready."}}
    assert "您的车好了 ?".encode() in rig.provider.raw[-1]


CHOICES = (Button("满意", "a1b2.3|1"), Button("不满意", "a1b2.3|2"))


def test_choices_are_a_menu(rig: WeChatRig) -> None:
    said = rig.said(replace(rig.batch(1)[0], text="满意吗？", buttons=CHOICES))

    assert said["msgmenu"] == {
        "head_content": "满意吗？",
        "list": [{"id": one.payload, "content": one.label} for one in CHOICES],
        "tail_content": "",
    }


def test_where_menus_are_off_choices_are_numbered(rig: WeChatRig) -> None:
    account = rig.with_settings(menus="off")

    rig.channel.send(account, [replace(rig.batch(1)[0], text="满意吗？", buttons=CHOICES)])

    assert rig.provider.taken[0].text == "满意吗？\n1. 满意\n2. 不满意"


def test_a_template_goes_under_wechats_own_names(rig: WeChatRig) -> None:
    said = rig.said(replace(rig.batch(1)[0], template=Template("visit_reminder", "zh-hans", ("Anna", "10:30"))))

    assert said == {
        "touser": "+34600000000",
        "template_id": double.TEMPLATE,
        "data": {"thing1": {"value": "Anna"}, "time2": {"value": "10:30"}},
        "client_msg_id": "1-0",
    }


def test_some_places_go_under_wechats_names_and_the_page_behind_the_whole(rig: WeChatRig) -> None:
    account = rig.with_settings(templates=f"visit.ask * {double.TEMPLATE} thing1=vehicle time2=at")
    places, page = ("at", "vehicle", "link"), "https://north.example/v/abc"
    template = Template("visit.ask", "es", ("10:30", "B12345", page), places)

    rig.channel.send(account, [replace(rig.batch(1)[0], template=template)])

    said = rig.provider.bodies[-1]
    assert said["data"] == {"thing1": {"value": "B12345"}, "time2": {"value": "10:30"}}
    assert said["url"] == page


@pytest.mark.parametrize(
    ("template", "detail"),
    [
        (Template("nobodys", "zh-hans"), "TEMPLATE_UNKNOWN"),
        (Template("visit_reminder", "zh-hans", ("Anna",)), "TEMPLATE_PARAMETERS"),
    ],
)
def test_a_template_that_is_not_listed_fails_alone(template: Template, detail: str, rig: WeChatRig) -> None:
    first, second = rig.batch(2)

    outcomes = rig.channel.send(rig.account, [replace(first, template=template), second])

    assert isinstance(outcomes[0], NotSent)
    assert (type(outcomes[0].error), outcomes[0].error.detail) == (Rejected, detail)
    assert isinstance(outcomes[1], Sent)


def test_a_trial_names_templates_that_wechat_does_not_know(rig: WeChatRig) -> None:
    assert isinstance(rig.channel, Probing)

    good = rig.channel.probe(rig.account)
    bad = rig.channel.probe(rig.with_settings(templates="recall * no_such_id thing1"))

    assert (good.name, good.detail) == (double.ACCOUNT, "")
    assert bad.detail == "TEMPLATE_UNKNOWN no_such_id"


def test_a_trial_with_another_secret_is_misconfigured(rig: WeChatRig) -> None:
    assert isinstance(rig.channel, Probing)

    with pytest.raises(Misconfigured):
        rig.channel.probe(rig.with_settings(app_secret="another"))
