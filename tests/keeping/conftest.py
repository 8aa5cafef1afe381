import shutil

import pytest

from briefmill.wiring import home as homes
from keeping.keepkit import Household


@pytest.fixture(scope="session")
def fresh(tmp_path_factory):
    """A home that nobody has worked in yet, to be copied."""
    path = tmp_path_factory.mktemp("fresh") / "home"
    homes.init(path, {}, dry_run=False)
    return path


@pytest.fixture
def household(tmp_path, fresh):
    shutil.copytree(fresh, tmp_path / "home")
    return Household(tmp_path / "home")
