"""Settings: one frozen tree from defaults, TOML, `.env`, environment and credentials; it can say where each came from.

Only the wiring and the faces see it; every room below is handed plain values.
"""

from briefmill.settings.changes import between, settled
from briefmill.settings.places import config_dir, config_file, home_from, shipped_config, shipped_unit
from briefmill.settings.resolved import Entry, Settings

__all__ = [
    "Entry",
    "Settings",
    "between",
    "config_dir",
    "config_file",
    "home_from",
    "settled",
    "shipped_config",
    "shipped_unit",
]
