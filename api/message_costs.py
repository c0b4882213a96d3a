"""What messages cost: the dealer's own prices, what was spent by day and channel, and where texts go at all."""

from datetime import UTC, datetime
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.access import MayAct, by, require_confirmation
from api.reading import LARGEST_ID, Day, queried, valid
from api.texts import Line
from core.models import Consent
from notifications.costs import operations, queries
from notifications.costs.rules import Price
from notifications.texting import operations as texting
from notifications.texting import queries as texting_queries
from notifications.texting.rules import Rule

# Some ways in all the countries that a dealer may write to.
MOST_PRICES = 1000
# More than there are.
MOST_COUNTRIES = 300


class PriceShape(serializers.Serializer[Price]):
    kind = Line(max_length=20)
    # Null: every account of the kind.
    account = serializers.IntegerField(
        source="account_id", min_value=1, max_value=LARGEST_ID, allow_null=True, default=None
    )
    # Two letters; empty: every country that has no row of its own.
    country = Line(max_length=2, allow_blank=True, default="")
    # Of a segment where texts travel as SMS, else of a message; in hundredths of the currency.
    price_minor = serializers.DecimalField(max_digits=12, decimal_places=4, min_value=0)
    currency = Line(max_length=3, min_length=3)
    from_date = Day()


class PricesShape(serializers.Serializer[dict[str, Any]]):
    prices = serializers.ListField(child=PriceShape(), max_length=MOST_PRICES)


class Period(serializers.Serializer[dict[str, Any]]):
    # Sent on the dealer's days [from_date, until_date).
    from_date = Day()
    until_date = Day()


class SpentShape(serializers.Serializer[Any]):
    day = serializers.DateField()
    channel = serializers.CharField()
    # Empty where no price was known.
    currency = serializers.CharField(allow_blank=True)
    messages = serializers.IntegerField()
    segments = serializers.IntegerField()
    cost_minor = serializers.DecimalField(max_digits=20, decimal_places=4)
    # Of how many messages the provider said what they cost; of the others it is our estimate.
    charged = serializers.IntegerField()


class SpentByPurpose(SpentShape):
    day = None  # type: ignore[assignment]  # all of the period together
    # Empty: of none, such as the confirmation of an opt-out.
    purpose = serializers.ChoiceField(choices=Consent.Purpose.choices, allow_blank=True)


class StoppedShape(serializers.Serializer[Any]):
    rule = serializers.ChoiceField(choices=[(one.value, one.name) for one in Rule])
    texts = serializers.IntegerField()


class SummaryShape(serializers.Serializer[dict[str, Any]]):
    spent = SpentByPurpose(many=True)
    # Texts that did not leave when they were to, by what kept them back; a rule that kept none is left out.
    stopped = StoppedShape(many=True)


class MessagePrices(APIView):
    """What messages cost, as the dealer's contracts say; nothing is assumed where no row says it."""

    subject = "settings"
    permission_classes = (MayAct,)

    @extend_schema(responses=PricesShape)
    def get(self, request: Request) -> Response:
        """Show the table."""
        return Response(PricesShape({"prices": queries.all_prices()}).data)

    @extend_schema(request=PricesShape, responses=PricesShape)
    def put(self, request: Request) -> Response:
        """Replace the table; what was sent keeps its price."""
        rows = [Price(**row) for row in valid(PricesShape, request.data)["prices"]]
        operations.keep_prices(rows, by=by(request), now=datetime.now(UTC))
        return self.get(request)


class MessageCosts(APIView):
    """What was spent on messages."""

    subject = "messages"
    permission_classes = (MayAct,)

    @extend_schema(parameters=[Period], responses=SpentShape(many=True))
    def get(self, request: Request) -> Response:
        """Add up what messages cost, by day, channel and currency."""
        asked = queried(Period, request.query_params)
        return Response(SpentShape(queries.spent_by_day(**asked), many=True).data)


class MessageCostsSummary(APIView):
    """What was spent on messages in a period, and what was kept back."""

    subject = "messages"
    permission_classes = (MayAct,)

    @extend_schema(parameters=[Period], responses=SummaryShape)
    def get(self, request: Request) -> Response:
        """Add up what messages cost by channel, purpose and currency, and the texts that did not leave by rule."""
        asked = queried(Period, request.query_params)
        stopped = texting_queries.stopped_by_rule(**asked)
        shown = {
            "spent": queries.spent_by_purpose(**asked),
            "stopped": [{"rule": rule, "texts": texts} for rule, texts in stopped.items()],
        }
        return Response(SummaryShape(shown).data)


class CountriesShape(serializers.Serializer[Any]):
    # By two letters; none: the dealer's own alone.
    countries = serializers.ListField(child=Line(max_length=2), max_length=MOST_COUNTRIES)


class TextingCountries(APIView):
    """The countries to which texts go from here; to all others nothing is sent."""

    subject = "settings"
    permission_classes = (MayAct,)

    @extend_schema(responses=CountriesShape)
    def get(self, request: Request) -> Response:
        """List where texts go now."""
        return Response(CountriesShape({"countries": sorted(texting.countries_open())}).data)

    @extend_schema(request=CountriesShape, responses=CountriesShape)
    def put(self, request: Request) -> Response:
        """Replace the list, minutes after confirming that it is oneself: texts abroad are what pumping is after."""
        asked = valid(CountriesShape, request.data)
        require_confirmation(request)
        texting.open_countries(asked["countries"], by=by(request), now=datetime.now(UTC))
        return self.get(request)
