"""Brings a database to the tables that this program knows, and says where it stands.

Alembic is imported only when there is something to do: an up-to-date database is recognised by one query. The whole
upgrade is one transaction of the writer, so that two programs that start at once do it once, and a crash in the middle
leaves the old tables. Before it, a SQLite file with tables of ours is copied beside itself (`kept_as`): whoever opened
it, and whether or not a backup was made.
"""

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, Engine, inspect, text

from briefmill import files
from briefmill.errors import ConfigError, FolderError
from briefmill.ledger import freezing

if TYPE_CHECKING:
    from alembic.config import Config

HEAD: Final = "0006"
"""The revision whose tables are those of `tables.metadata`."""


def current(engine: Engine) -> str | None:
    """The revision of the database, None for one without our tables."""
    with engine.connect() as connection:
        return _revision(connection)


def upgrade(engine: Engine) -> None:
    """Make or change the tables until they are those of HEAD; raises ConfigError for a database newer than that."""
    standing = current(engine)
    if standing == HEAD:
        return
    if standing is not None and engine.url.database and engine.dialect.name == "sqlite":
        _keep(Path(engine.url.database), standing)
    with engine.begin() as connection:
        found = _revision(connection)
        if found != HEAD:
            _upgrade(connection, found)


def kept_as(path: Path, revision: str) -> Path:
    """Where the copy of a database is that stood at this revision when it was upgraded."""
    return path.with_name(f"{path.name}.r{revision}")


def stories() -> dict[str, str]:
    """The revisions that this program knows, the oldest first, up to HEAD: of each, what it brought, in a sentence."""
    from alembic.script import ScriptDirectory

    found = ScriptDirectory.from_config(script()).walk_revisions()
    return {step.revision: (step.doc or "").splitlines()[0] for step in list(found)[::-1]}


def _keep(path: Path, revision: str) -> None:
    """Copy a database that is about to be upgraded; one that nobody here knows is left alone, as is its copy."""
    if revision not in stories():
        return
    copied = path.with_name(f"{files.WRITING}{path.name}.r{revision}.{os.getpid()}")
    try:
        freezing.copy(path, copied)
        # Somebody else may have upgraded it since it was looked at; then theirs is the copy that counts.
        if freezing.revision(copied) == revision:
            copied.replace(kept_as(path, revision))
            files.sync(path.parent)
    except OSError as error:
        raise FolderError(f"{path} cannot be copied before its upgrade: {error.strerror}. Make room for it.") from error
    finally:
        with suppress(FileNotFoundError):
            copied.unlink()


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

    config = script()
    if found is not None and found not in stories():
        raise ConfigError(
            f"The ledger was written by a newer Briefmill (tables {found}; this one knows them up to {HEAD}). "
            "Install that version again, or restore the backup from before the update."
        )
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)
