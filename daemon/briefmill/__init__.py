"""Briefmill: a hot-folder daemon for creative automation.

The package imports nothing here on purpose: `briefmill --help` and the idle watcher must not pay for pixels.
"""

__version__ = "0.1.0"
