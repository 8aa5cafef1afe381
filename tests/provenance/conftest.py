"""An authority in a folder, and pictures of every delivered format."""

import io
from datetime import UTC, datetime

import numpy as np
import pytest
from PIL import Image

from briefmill.provenance import authority
from sealed import sealing_of


@pytest.fixture(scope="session")
def own(tmp_path_factory):
    folder = tmp_path_factory.mktemp("authority")
    authority.prepare(folder, now=datetime.now(UTC))
    return folder


@pytest.fixture(scope="session")
def sealing(own):
    return sealing_of(own)


@pytest.fixture(scope="session")
def pictures():
    ramp = np.linspace(0, 255, 96 * 64 * 3).reshape(64, 96, 3).astype(np.uint8)
    made = {}
    for extension, kind in (("jpg", "JPEG"), ("png", "PNG"), ("webp", "WEBP"), ("avif", "AVIF"), ("gif", "GIF")):
        buffer = io.BytesIO()
        Image.fromarray(ramp).save(buffer, kind)
        made[extension] = buffer.getvalue()
    return made
