"""Forms, byte by byte."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.fake_openai import form, refusals

KIND = "multipart/form-data; boundary=XyZ"


def written(parts):
    body = b""
    for name, value in parts:
        body += b"--XyZ\r\n"
        if isinstance(value, bytes):
            body += f'Content-Disposition: form-data; name="{name}"; filename="a.png"\r\n'.encode()
            body += b"Content-Type: image/png\r\n\r\n" + value
        else:
            body += f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode()
        body += b"\r\n"
    return body + b"--XyZ--\r\n"


@given(st.lists(st.binary(max_size=60), min_size=1, max_size=3), st.text(max_size=30).filter(lambda t: "XyZ" not in t))
def test_files_and_texts_come_out_as_they_went_in(files, prompt):
    read = form.read(KIND, written([*(("image[]", data) for data in files), ("prompt", prompt)]))
    assert read.values == {"image": files, "prompt": prompt}
    assert read.file_names == {"image": "a.png"}


def test_numbers_truths_and_nested_names_become_what_they_stand_for():
    parts = [("n", "3"), ("stream", "true"), ("svg[model]", "m"), ("svg[reasoning][effort]", "low"), ("prompt", "3")]
    assert form.read(KIND, written(parts)).values == {
        "n": 3,
        "stream": True,
        "svg": {"model": "m", "reasoning": {"effort": "low"}},
        "prompt": "3",
    }


def test_a_number_that_is_none_stays_a_text_for_the_contract_to_refuse():
    assert form.read(KIND, written([("n", "two")])).values == {"n": "two"}


@pytest.mark.parametrize("body", [b"", b"--XyZ", b"--XyZ\r\n\r\nvalue\r\n--XyZ--", written([("a[b", "c")])])
def test_what_is_no_form_is_refused(body):
    with pytest.raises(refusals.Refusal):
        form.read(KIND, body)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_form_or_a_refusal(body):
    try:
        form.read(KIND, body)
    except refusals.Refusal as refusal:
        assert refusal.status == 400  # noqa: PT017 - both ends are right
