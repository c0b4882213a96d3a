"""What would be odd in an installation: system checks of what flows speak.

E001: people could choose a language in which no flow can say anything; they would be spoken to in English.
"""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from notifications.flows import languages


@register
def check_languages(**_kwargs: Any) -> list[CheckMessage]:
    """Every language of the settings has its file."""
    return [
        Error(
            f"Flows do not speak {code}.",
            hint=f"Write notifications/flows/languages/{code}.toml, or take the language out of LANGUAGES.",
            id="notifications.E001",
        )
        for code, _shown in settings.LANGUAGES
        if code not in languages.codes()
    ]
