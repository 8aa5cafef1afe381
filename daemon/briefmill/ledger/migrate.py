"""Brings a database to the tables that this program knows, and says where it stands.

Alembic is imported only when there is something to do: an up-to-date database is recognised by one query. The whole
upgrade is one transaction of the writer, so that two programs that start at once do it once, and a crash in the middle
leaves the old tables.
"""

from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, Engine, inspect, text

from briefmill.errors import ConfigError

if TYPE_CHECKING:
    from alembic.config import Config

HEAD: Final = "0005"
"""The revision whose tables are those of `tables.metadata`."""


def current(engine: Engine) -> str | None:
    """The revision of the database, None for one without our tables."""
    with engine.connect() as connection:
        return _revision(connection)


def upgrade(engine: Engine) -> None:
    """Make or change the tables until they are those of HEAD; raises ConfigError for a database newer than that."""
    if current(engine) == HEAD:
        return
    with engine.begin() as connection:
        found = _revision(connection)
        if found != HEAD:
            _upgrade(connection, found)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return revision


def script() -> "Config":
    """Alembic's view of our migrations."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "briefmill.ledger:migrations")
    config.set_main_option("path_separator", "os")
    return config


def _upgrade(connection: Connection, found: str | None) -> None:
    from alembic import command
    from alembic.script import ScriptDirectory

    config = script()
    known = {revision.revision for revision in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise ConfigError(
            f"The ledger was written by a newer Briefmill (tables {found}; this one knows them up to {HEAD}). "
            "Install that version again, or restore the backup from before the update."
        )
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)
