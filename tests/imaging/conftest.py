import pytest

from briefmill.imaging import fonts


@pytest.fixture(scope="session")
def library():
    """The locked fonts alone, so that no test depends on what a machine has installed."""
    return fonts.Library.build(system=False)
