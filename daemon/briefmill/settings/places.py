"""Where a home is, and where its configuration files lie.

A home without a file of its own uses the one that was shipped: inside the wheel as package data, in a checkout the
repository's `config/`. Nothing here reads the environment; callers pass it in.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from briefmill.errors import ConfigError

FILE: Final = "briefmill.toml"
UNIT: Final = "briefmill.service"
HOME_VARIABLE: Final = "BRIEFMILL_HOME"

_PACKAGE: Final = Path(__file__).parents[1]


def home_from(option: Path | None, environ: Mapping[str, str], cwd: Path) -> Path:
    """The home as an absolute path: the option, else BRIEFMILL_HOME, else `cwd`. Symbolic links are kept."""
    asked = option or Path(environ.get(HOME_VARIABLE) or ".")
    return Path(os.path.normpath(cwd / asked))


def shipped_config() -> Path:
    """The folder of configuration files that came with this installation."""
    for folder in (_PACKAGE / "config", _PACKAGE.parents[1] / "config"):
        if (folder / FILE).is_file():
            return folder
    raise ConfigError(f"The shipped configuration is missing beside {_PACKAGE}. Install Briefmill again.")


def shipped_unit() -> Path:
    """The systemd unit that came with this installation."""
    for folder in (_PACKAGE / "systemd", _PACKAGE.parents[1] / "systemd"):
        if (folder / UNIT).is_file():
            return folder / UNIT
    raise ConfigError(f"The shipped unit is missing beside {_PACKAGE}. Install Briefmill again.")


def config_dir(home: Path) -> Path:
    """The home's own `config/` when it holds a briefmill.toml, else the shipped one."""
    own = home / "config"
    return own if (own / FILE).is_file() else shipped_config()


def config_file(home: Path, *parts: str) -> Path:
    """One configuration file or folder: the home's own where it has it, else the shipped one (which may not exist)."""
    own = home.joinpath("config", *parts)
    return own if own.exists() else shipped_config().joinpath(*parts)
