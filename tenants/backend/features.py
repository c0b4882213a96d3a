"""What the server must be able to do."""

from django.db.backends.postgresql import features


class DatabaseFeatures(features.DatabaseFeatures):
    # GRANT ... WITH INHERIT FALSE, SET TRUE came with 16; before it a login role held its dealers' rights all the time.
    minimum_database_version = (16,)
