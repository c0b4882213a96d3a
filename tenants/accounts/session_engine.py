"""Sessions in the database, as Django keeps them; one that ends tells the live lines that it opened.

Named as SESSION_ENGINE. Whoever ends sessions otherwise, say by deleting rows, calls `operations.tell_lines` itself.
"""

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db

from tenants.accounts import operations


class SessionStore(db.SessionStore):
    """A session that does not end in silence."""

    def flush(self) -> None:
        """End the session: signed out."""
        user_id = self.get(SESSION_KEY)
        super().flush()
        _tell(user_id)

    def cycle_key(self) -> None:
        """Go on under another key: signed in, or another password."""
        user_id = self.get(SESSION_KEY)
        super().cycle_key()
        _tell(user_id)


def _tell(user_id: object) -> None:
    if user_id is not None:
        operations.tell_lines(int(str(user_id)))
