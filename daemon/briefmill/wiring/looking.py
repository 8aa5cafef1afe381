"""With what source pictures are looked at on this machine: a model for faces, and a program that reads words."""

import shutil
from pathlib import Path

from briefmill.errors import ConfigError
from briefmill.settings import Settings
from briefmill.stages.task import Looking


def of(settings: Settings) -> Looking:
    """What the settings name and this machine has. Raises ConfigError for a named file that is not there."""
    wishes = settings.compliance
    return Looking(
        face_model=_file("compliance.face_model", settings.home, wishes.face_model),
        tesseract=_tesseract(settings.home, wishes.tesseract),
        logos=wishes.search_logos,
    )


def _tesseract(home: Path, wish: str) -> Path | None:
    if wish == "auto":
        found = shutil.which("tesseract")
        return Path(found) if found else None
    return _file("compliance.tesseract", home, wish)


def _file(name: str, home: Path, wish: str) -> Path | None:
    if not wish:
        return None
    path = home / wish
    if not path.is_file():
        raise ConfigError(f"{name}: there is no file {path}. Give the path of one, or leave it empty.")
    return path
