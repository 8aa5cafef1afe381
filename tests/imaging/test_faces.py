from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
import pytest

from briefmill.errors import ConfigError
from briefmill.imaging import faces

DATA = Path(find_spec("skimage").origin).parent / "data"


def photo(name):
    return cv2.imdecode(np.frombuffer((DATA / name).read_bytes(), np.uint8), cv2.IMREAD_COLOR)


def test_a_face_is_found_where_it_is():
    seen = faces.look(photo("astronaut.png"))
    (face,) = seen.boxes
    assert (seen.found, seen.backend, seen.unknown) == (True, "haar", False)
    assert face.x < 0.43 < face.x + face.width
    assert face.y < 0.22 < face.y + face.height


@pytest.mark.parametrize("name", ["coffee.png", "brick.png", "chelsea.png"])
def test_photos_without_people_have_no_face(name):
    assert faces.look(photo(name)) == faces.Faces(backend="haar")


def test_without_cascades_nothing_is_known_and_that_is_not_none(monkeypatch):
    monkeypatch.delattr(cv2, "CascadeClassifier")
    seen = faces.look(photo("astronaut.png"))
    assert seen == faces.UNSEEN
    assert seen.found is None


def test_a_look_that_ran_out_of_time_before_a_face_was_found_is_unknown():
    ticks = iter([0.0, 5.0])
    seen = faces.look(photo("brick.png"), budget_s=1.0, clock=lambda: next(ticks))
    assert (seen.found, seen.backend) == (None, "haar")


def test_what_was_found_before_is_not_looked_for_again(monkeypatch):
    monkeypatch.setattr(faces, "_found", lambda *_: pytest.fail("looked again"))
    first = (faces.Face(x=0.1, y=0.1, width=0.2, height=0.2),)
    assert faces.look(photo("brick.png"), first=first).boxes == first


def test_a_file_that_is_no_model_is_refused_with_its_path(tmp_path):
    model = tmp_path / "yunet.onnx"
    model.write_bytes(b"no model")
    with pytest.raises(ConfigError, match=r"face_model.*yunet\.onnx"):
        faces.look(photo("brick.png"), model=model)


def test_a_models_boxes_are_shares_cut_to_the_picture(monkeypatch, tmp_path):
    class Net:
        def setInputSize(self, size):  # noqa: N802 - OpenCV's name
            self.size = size

        def detect(self, small):
            wide, high = self.size
            return 1, np.array([[-0.1 * wide, 0.5 * high, 0.4 * wide, 0.7 * high, *[0] * 10, 0.9]], np.float32)

    monkeypatch.setattr(faces, "_net", lambda model, thread: Net())
    seen = faces.look(photo("brick.png"), model=tmp_path)
    (face,) = seen.boxes
    assert seen.backend == "yunet"
    assert (face.x, face.y) == (0.0, pytest.approx(0.5))
    assert (face.width, face.height) == (pytest.approx(0.3), pytest.approx(0.5))
