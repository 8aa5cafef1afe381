"""Source types, actions, and the XMP packet: pure words."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.domain.creative import Origin
from briefmill.imaging import packet
from briefmill.provenance import origin, xmp
from briefmill.provenance.origin import Facts

FACTS = st.builds(
    Facts,
    origin=st.sampled_from(Origin),
    maker=st.text(max_size=20),
    model=st.text(max_size=20),
    declared=st.sampled_from(["", origin.TRAINED, "digitalCapture"]),
    product=st.booleans(),
    words=st.booleans(),
    logo=st.booleans(),
    kept=st.booleans(),
)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (Facts(origin=Origin.GENERATED), "trainedAlgorithmicMedia"),
        (Facts(origin=Origin.GENERATED, words=True), "compositeWithTrainedAlgorithmicMedia"),
        (Facts(origin=Origin.GENERATED, product=True), "compositeWithTrainedAlgorithmicMedia"),
        (Facts(origin=Origin.PROCEDURAL, words=True), "algorithmicMedia"),
        (Facts(origin=Origin.PROCEDURAL, words=True, logo=True), "compositeSynthetic"),
        (Facts(origin=Origin.SUPPLIED, words=True), "composite"),
        (Facts(origin=Origin.SUPPLIED), "composite"),
        (Facts(origin=Origin.SUPPLIED, declared="digitalCapture"), "digitalCapture"),
        (Facts(origin=Origin.SUPPLIED, declared="digitalCapture", logo=True), "composite"),
        (
            Facts(origin=Origin.SUPPLIED, declared="trainedAlgorithmicMedia", words=True),
            "compositeWithTrainedAlgorithmicMedia",
        ),
    ],
)
def test_the_strictest_part_decides_what_the_whole_is_called(facts, expected):
    assert origin.source_type(facts) == expected


@given(FACTS)
def test_pixels_of_a_trained_model_are_never_kept_silent(facts):
    trained = facts.origin is Origin.GENERATED or (facts.origin is Origin.SUPPLIED and facts.declared == origin.TRAINED)
    assert (origin.source_type(facts) in origin.SYNTHETIC) == trained


@given(FACTS)
def test_the_first_action_opens_or_creates_and_what_was_not_done_is_not_claimed(facts):
    names = [action["action"] for action in origin.actions(facts)]

    assert names[0] == ("c2pa.opened" if facts.kept else "c2pa.created")
    assert ("c2pa.placed" in names) == facts.product
    assert ("c2pa.edited" in names) == (facts.words or facts.logo)


@given(FACTS, st.text(max_size=300), st.text(max_size=60))
def test_any_name_gives_a_packet_that_parses_and_says_the_type(facts, credit, tool):
    made = xmp.packet(facts, tool=tool, credit=credit)

    ET.fromstring(packet.find(made).decode())
    assert xmp.declared(packet.find(made)) == origin.source_type(facts)
    assert made == xmp.packet(facts, tool=tool, credit=credit)


def test_what_a_packet_says_is_read_again_as_it_was_said():
    facts = Facts(origin=Origin.GENERATED, maker="openai", model="gpt-image-2", logo=True)

    said = xmp.fields(packet.find(xmp.packet(facts, tool="Briefmill 1", credit='Ben & "Söhne" <x>')))

    assert said["photoshop:Credit"] == 'Ben & "Söhne" <x>'
    assert said["Iptc4xmpExt:AISystemUsed"] == "gpt-image-2 (openai)"


@given(st.binary(max_size=400))
def test_nothing_that_others_wrote_breaks_the_reading(data):
    assert isinstance(xmp.fields(packet.find(b"<x:xmpmeta" + data + b"</x:xmpmeta>")), dict)
