"""Channel accounts and their forms as the API shows them: never a secret, only that one is set."""

from datetime import datetime
from typing import Any, get_args

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api import explaining
from api.texts import Line, Pasted, Verbatim
from channels_app import registry, rotation
from channels_app.contract import AddressKind, Approving, Channel, Listening, Probing, Registering
from channels_app.form import Fault, Input, Setting
from notifications.approvals import queries as approvals
from notifications.channels.health import Health, Standing, is_of_account, standing_of
from notifications.models import ChannelAccount
from notifications.outbox.accounts import webhook_of

# Of what is no secret, so much is shown that people know which it is.
TAIL = 6
LONGEST_VALUE = 20_000
# What a channel can do, as words: what people may have it do, and what owners find there.
ABILITIES = ("probe", "register", "test", "buttons", "receipts", "links", "templates")

FAULTS: dict[Fault, str] = {
    "missing": _("This is needed."),
    "unknown": _("There is no such setting."),
    "unusable": _("This cannot be used as it is."),
    "not_allowed": _("This is not the provider's own address. Ask the operator to allow it."),
}


class SettingShape(serializers.Serializer[Setting]):
    name = serializers.CharField()
    input = serializers.ChoiceField(choices=get_args(Input))
    is_secret = serializers.BooleanField()
    is_required = serializers.BooleanField()
    # Left empty, the house makes one.
    is_made = serializers.BooleanField()
    # Provider's calls are proved with it: changed, the one before is good as well for some days.
    signs = serializers.BooleanField()
    default = serializers.CharField(allow_blank=True)
    choices = serializers.ListField(child=serializers.CharField())
    pattern = serializers.CharField(allow_blank=True)
    longest = serializers.IntegerField()


class KindShape(serializers.Serializer[Any]):
    kind = serializers.CharField()
    address_kind = serializers.ChoiceField(choices=get_args(AddressKind), source="capabilities.address_kind")
    address_pattern = serializers.CharField(source="form.address_pattern")
    address_example = serializers.CharField(source="form.address_example")
    settings = SettingShape(many=True, source="form.settings")
    can = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=ABILITIES)))
    def get_can(self, channel: Channel) -> list[str]:
        """Return what the channel can do."""
        return abilities_of(channel)


class KeptSetting(serializers.Serializer[dict[str, object]]):
    name = serializers.CharField()
    is_set = serializers.BooleanField()
    # The end of what is no secret; empty for secrets.
    tail = serializers.CharField(allow_blank=True)
    # A secret before it is still good; without a time, until somebody says that it is not.
    has_before = serializers.BooleanField()
    before_until = serializers.DateTimeField(allow_null=True)


class ChannelAccountShape(serializers.ModelSerializer[ChannelAccount]):
    """An account; the context knows its health, the moment, and whether the caller may change it."""

    standing = serializers.SerializerMethodField()
    queued = serializers.SerializerMethodField()
    last_receipt_at = serializers.SerializerMethodField()
    last_error_at = serializers.SerializerMethodField()
    last_trouble = serializers.SerializerMethodField()
    # One recipient's or one message's: nothing is wrong with the account.
    is_trouble_of_one = serializers.SerializerMethodField()
    # Where its provider is to call us.
    webhook_url = serializers.SerializerMethodField()
    settings = serializers.SerializerMethodField()
    can = serializers.SerializerMethodField()
    may_change = serializers.SerializerMethodField()
    # The manufacturer's, which other dealers of the brand write from too: only its place in the order is the dealer's.
    is_shared = serializers.SerializerMethodField()
    # Templates that it lacks, of those that plans begin with, in the dealer's language.
    templates_missing = serializers.SerializerMethodField()

    class Meta:
        model = ChannelAccount
        fields = [
            "id",
            "kind",
            "address",
            "rank",
            "is_active",
            "throttled_until",
            "created_at",
            "standing",
            "queued",
            "last_receipt_at",
            "last_error_at",
            "last_trouble",
            "is_trouble_of_one",
            "webhook_url",
            "settings",
            "can",
            "may_change",
            "is_shared",
            "templates_missing",
        ]
        read_only_fields = fields

    def _health(self, account: ChannelAccount) -> Health:
        found: Health = self.context["health"].get(account.pk, Health())
        return found

    @extend_schema_field(serializers.ChoiceField(choices=[one.value for one in Standing]))
    def get_standing(self, account: ChannelAccount) -> str:
        """Return how it stands."""
        return standing_of(account, self._health(account), now=self.context["now"]).value

    def get_queued(self, account: ChannelAccount) -> int:
        """Return how many messages wait to leave through it."""
        return self._health(account).queued

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_last_receipt_at(self, account: ChannelAccount) -> datetime | None:
        """Return when its provider last told what became of a message, within the last day."""
        return self._health(account).last_receipt_at

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_last_error_at(self, account: ChannelAccount) -> datetime | None:
        """Return from when the message is that last had trouble, within the last day."""
        return self._health(account).last_error_at

    def get_last_trouble(self, account: ChannelAccount) -> str:
        """Return in words what last went wrong, within the last day; empty where nothing did."""
        error = self._health(account).last_error
        return explaining.in_words(explaining.FAILURES, error) if error else ""

    def get_is_trouble_of_one(self, account: ChannelAccount) -> bool:
        """Return whether what last went wrong concerns one recipient or message alone."""
        error = self._health(account).last_error
        return bool(error) and not is_of_account(error)

    def get_webhook_url(self, account: ChannelAccount) -> str:
        """Return the address for the provider; none where it speaks on a line that we open, or is not the dealer's."""
        if _is_shared(account):
            return ""
        listens = account.kind in registry.CHANNELS and isinstance(registry.get(account.kind), Listening)
        return "" if listens else webhook_of(account)

    @extend_schema_field(KeptSetting(many=True))
    def get_settings(self, account: ChannelAccount) -> list[dict[str, object]]:
        """Return which settings there are, in the order of the form; of a shared one none is the dealer's to see."""
        if _is_shared(account) or account.kind not in registry.CHANNELS:
            return []
        return [kept_of(one, account, now=self.context["now"]) for one in registry.get(account.kind).form.settings]

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=ABILITIES)))
    def get_can(self, account: ChannelAccount) -> list[str]:
        """Return what its channel can do; nothing where the house has no such channel any more."""
        can = abilities_of(registry.get(account.kind)) if account.kind in registry.CHANNELS else []
        return [word for word in can if word != "register"] if _is_shared(account) else can

    def get_may_change(self, account: ChannelAccount) -> bool:
        """Return whether the caller may change and try it."""
        return bool(self.context["may_change"])

    def get_is_shared(self, account: ChannelAccount) -> bool:
        """Return whether it is the manufacturer's."""
        return _is_shared(account)

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_templates_missing(self, account: ChannelAccount) -> list[str]:
        """Return their names; none where its channel takes free words at any time."""
        return approvals.missing(account) if account.kind in registry.CHANNELS else []


class NeededShape(serializers.Serializer[Any]):
    name = serializers.CharField()
    language = serializers.CharField()
    # As it is to be submitted at the provider.
    text = serializers.CharField()
    # Ours, in the order of the text.
    places = serializers.ListField(child=serializers.CharField())
    buttons = serializers.ListField(child=serializers.CharField())
    # A plan begins with it: without it, nobody is written to first.
    is_opening = serializers.BooleanField()
    # What the provider knows it as; empty where the account does not list it.
    code = serializers.CharField(allow_blank=True)


class NewAccount(serializers.Serializer[dict[str, object]]):
    kind = serializers.ChoiceField(choices=registry.kinds())
    # What owners will see as the sender, in the form of the kind.
    address = Line(max_length=120)
    settings = serializers.DictField(child=Verbatim(allow_blank=True, max_length=LONGEST_VALUE), default=dict)


class AccountChanges(serializers.Serializer[dict[str, object]]):
    # Lower is tried first.
    rank = serializers.IntegerField(min_value=0, max_value=1000, required=False)
    is_active = serializers.BooleanField(required=False)
    # By name; what is not named is kept, an empty one is taken away.
    settings = serializers.DictField(child=Verbatim(allow_blank=True, max_length=LONGEST_VALUE), required=False)


class Forgotten(serializers.Serializer[dict[str, object]]):
    # The setting whose secret before is to prove nothing any more.
    name = Line(max_length=60)


class Tested(serializers.Serializer[dict[str, object]]):
    # Of whoever tests; never an owner's.
    address = Pasted(max_length=254)


class ProbedShape(serializers.Serializer[Any]):
    # What owners see there; empty where the provider does not say.
    name = serializers.CharField(allow_blank=True)
    detail = serializers.CharField(allow_blank=True)


def _is_shared(account: ChannelAccount) -> bool:
    return account.shared_sender_id is not None


def abilities_of(channel: Channel) -> list[str]:
    """Return what a channel can do, of the words of ABILITIES."""
    said = {
        "probe": isinstance(channel, Probing),
        "register": isinstance(channel, Registering),
        "test": True,
        "buttons": channel.capabilities.buttons,
        "receipts": channel.capabilities.receipts,
        "links": channel.capabilities.links,
        "templates": isinstance(channel, Approving),
    }
    return [word for word in ABILITIES if said[word]]


def kept_of(setting: Setting, account: ChannelAccount, *, now: datetime) -> dict[str, object]:
    """Return what may be shown of a setting: that it is there, and the end of what is no secret."""
    value = account.settings.get(setting.name, "")
    until = rotation.before_until(account.settings, setting.name)
    has_before = bool(account.settings.get(f"{setting.name}{rotation.BEFORE}")) and (until is None or until > now)
    return {
        "name": setting.name,
        "is_set": bool(value),
        "tail": "" if setting.is_secret else value[-TAIL:],
        "has_before": has_before,
        "before_until": until if has_before else None,
    }


def fault_sentences(faults: dict[str, Fault]) -> dict[str, list[str]]:
    """Return what is wrong with each setting, in the caller's language."""
    return {name: [gettext(FAULTS[fault])] for name, fault in faults.items()}
