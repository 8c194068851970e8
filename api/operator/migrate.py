"""Bring a database up to date with Alembic; each start does it, and a database that is up to date takes no time."""

from alembic import command
from alembic.config import Config

from api.settings import ROOT, Settings


def upgrade(settings: Settings) -> None:
    """Run the migrations that are missing."""
    settings.var.mkdir(parents=True, exist_ok=True)
    config = Config()
    config.set_main_option("script_location", str(ROOT / "api" / "migrations"))
    config.set_main_option("sqlalchemy.url", settings.database_url.replace("%", "%%"))
    command.upgrade(config, "head")
