"""Texts that callers send: what they may hold, by what they are. A field of a request is one of these, and no other."""

from typing import Any, ClassVar

from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from tenants import signs


class Verbatim(serializers.CharField):
    """A text that is taken as it stands, as others made it: a password, a key, a column's header; no number is one."""

    def to_internal_value(self, data: Any) -> str:  # noqa: ANN401  # whatever a caller sent
        """Return the text. Raises: ValidationError."""
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class Text(Verbatim):
    """What somebody wrote, of one line or many: there is something to read in it, and no controls."""

    default_error_messages: ClassVar = {
        "controls": _("This holds control characters, which nobody can read."),
        "unread": _("There is nothing here that can be read."),
    }

    def to_internal_value(self, data: Any) -> str:  # noqa: ANN401  # whatever a caller sent
        """Return the text. Raises: ValidationError."""
        value = super().to_internal_value(data)
        if signs.has_controls(value):
            self.fail("controls")
        if value and not signs.has_something_to_read(value):
            self.fail("unread")
        return value


class Line(Text):
    """A text of one line, shown beside others: nothing in it that cannot be seen, or that turns other writing round."""

    default_error_messages: ClassVar = {
        "unseen": _("No control characters are taken here, nor signs that turn the direction of writing.")
    }

    def to_internal_value(self, data: Any) -> str:  # noqa: ANN401  # whatever a caller sent
        """Return the line. Raises: ValidationError."""
        if isinstance(data, str) and signs.has_unseen(data.strip()):
            self.fail("unseen")
        return super().to_internal_value(data)


class Name(Line):
    """What somebody or something is called."""

    default_error_messages: ClassVar = {
        "unseen": _("A name holds no control characters, nor signs that turn the direction of writing.")
    }


class Pasted(Line):
    """A number, an address or words to look for; what address books wrap them in is taken away."""

    def to_internal_value(self, data: Any) -> str:  # noqa: ANN401  # whatever a caller sent
        """Return the line. Raises: ValidationError."""
        return super().to_internal_value(signs.without_unseen(data) if isinstance(data, str) else data)


class Email(Line, serializers.EmailField):
    """An e-mail address, of a domain that the world can find: Django takes "localhost" for one."""

    # Said once more: what a text says of itself would stand over it.
    default_error_messages: ClassVar = {"invalid": serializers.EmailField.default_error_messages["invalid"]}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators.append(EmailValidator(message=self.error_messages["invalid"], allowlist=[]))


class Link(Line, serializers.URLField):
    """An address in the web."""

    default_error_messages: ClassVar = {"invalid": serializers.URLField.default_error_messages["invalid"]}
