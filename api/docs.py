"""The browsable page of the API: the library's own, with its script in a file of ours instead of in the page."""

from typing import Any

from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response

# As on our own pages, but for the styles that the page writes into itself.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class Docs(SpectacularSwaggerSplitView):
    """Shows every call, and lets one try it."""

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:  # the library's call
        """Show the page, or the script that fills it."""
        response: Response = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call] # the library's
        response["Content-Security-Policy"] = POLICY
        return response
