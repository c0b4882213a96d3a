"""The API's own migrations and one more behind them, for the bench of an upgrade."""

from pathlib import Path

from api import migrations

__path__ = [*migrations.__path__, str(Path(__file__).parent)]
