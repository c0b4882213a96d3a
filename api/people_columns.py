"""The people of a host as a file: its columns, which the console's list shows by the same keys."""

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from api.exporting import Column
from api.list_words import ACCESS, POSTS, said

COLUMNS = (
    Column("name", _("Name"), lambda row, _names: row.name),
    Column("email", _("E-mail"), lambda row, _names: row.email),
    Column("post", _("Post"), lambda row, _names: said(POSTS, row.role)),
    Column("last_sign_in", _("Last sign-in"), lambda row, _names: row.last_login),
    Column("state", _("Access"), lambda row, _names: gettext(ACCESS[row.is_active])),
)
