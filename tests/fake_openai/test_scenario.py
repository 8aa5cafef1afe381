"""Scenarios as people write them, and the ones that come along."""

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.errors import ConfigError
from briefmill.fake_openai import Scenario
from briefmill.fake_openai.faults import Faults

HOME = Path(__file__).parents[2]
SHIPPED = sorted((HOME / "config/demo/scenarios").glob("*.yaml"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("rules:\n  - when: {rout: files}\n    do: {fault: cut}\n", ["line 2", "rules[0].when.rout", "mean route?"]),
        ("rules:\n  - do: {fault: cutt}\n", ["line 2", "rules[0].do", "'cutt'", "Did you mean cut?"]),
        ("rules:\n  - do: {fault: drip, peces: 3}\n", ["line 2", "rules[0].do.peces", "Did you mean pieces?"]),
        ("seed: 1\nrules:\n\n  - when: {share: 2}\n    do: {fault: drip}\n", ["line 4", "rules[0].when.share"]),
        (
            "rules:\n  - when: {route: pictures}\n    do: {}\n",
            ["line 2", "rules[0].when.route[0]", "images.generations"],
        ),
        ("rules:\n  - name: a\n", ["line 2", "rules[0].do", "missing", "Add it."]),
        ("rules:\n  - when: {prompt: x}\n    do: {fault: cut, where: before}\n", ["rules[0]", "before it is read"]),
        ("rules:\n  - {when: {route: files}, do: {fault: flagged}}\n", ["rules[0]", "one of moderations"]),
        ("rules: [{do: {fault: not_json, status: 302}}]", ["rules[0].do", "400 and above"]),
        ("flagged: {blood: [gore]}\n", ["line 1", "flagged.blood[0]"]),
        ("shutdown: {gpt-image-2: tomorrow}\n", ["line 1", "shutdown.gpt-image-2"]),
        ("seed: 1\nseed: 2\n", ["line 2", "no YAML"]),
        ("a: [\n", ["line 2", "no YAML"]),
        ("- a\n", ["mapping"]),
        ("limits: {images: 0}\n", ["limits.images"]),
        ("azure: 1\n", ["azure"]),
        ("a: &a [1]\nb: &b [*a, *a]\n" + "c: [" + "*b, " * 20_000 + "]\n", ["too large"]),
        ("[" * 100, ["no YAML"]),
        ("about: x\nrules:\n  - {{}}\n", ["line 3", "A name is a word"]),
        ("? [a, b]\n: 1\n", ["line 1", "A name is a word"]),
        ("x: " + "[" * 30 + "]" * 30, ["too deep"]),
    ],
)
def test_a_mistake_is_told_with_its_place_and_its_fix(text, told):
    with pytest.raises(ConfigError) as caught:
        Scenario.parse(text, source="bad.yaml")
    message = str(caught.value)
    assert message.startswith("bad.yaml: ")
    for words in told:
        assert words in message


def test_all_mistakes_are_told_at_once():
    with pytest.raises(ConfigError) as caught:
        Scenario.parse("sed: 1\nlimit: {}\nrules: [{do: {fault: cut, where: there}}]\n")
    assert len(str(caught.value).splitlines()) == 3


@given(
    st.text(max_size=60)
    | st.text("{}[]?:-,&*!<>|'\"# \n\ta1", max_size=30)
    | st.builds("rules: [{{{}: {}}}]".format, st.text(max_size=8), st.text(max_size=8))
)
def test_any_text_is_a_scenario_or_a_mistake(text):
    try:
        assert isinstance(Scenario.parse(text), Scenario)
    except ConfigError as error:
        assert str(error).startswith("scenario: ")  # noqa: PT017 - both ends are right


def test_a_file_that_is_not_there_or_no_text_is_told(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        Scenario.read(tmp_path / "none.yaml")
    (tmp_path / "bad.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="UTF-8"):
        Scenario.read(tmp_path / "bad.yaml")


def test_an_empty_scenario_is_a_calm_one():
    assert Scenario.parse("") == Scenario.parse("{}") == Scenario()


def test_the_shipped_scenarios_are_there_and_say_what_they_are_about():
    assert {path.stem for path in SHIPPED} == {
        "calm",
        "moderation",
        "night",
        "quota",
        "retired-model",
        "slow",
        "storm-429",
    }
    assert all(Scenario.read(path).about for path in SHIPPED)


def test_the_night_goes_wrong_three_times_in_ten_in_every_way():
    night = Scenario.read(HOME / "config/demo/scenarios/night.yaml")
    faults = Faults(night.rules, night.seed, lambda: 0.0)
    met = Counter()
    for _ in range(4000):
        if faults.at_the_door("images.generations"):
            met["cut_before"] += 1
            continue
        stroke = faults.after_reading("images.generations", "m", "p")
        met["slow" if stroke.do.fault == "none" and stroke.latency_s else stroke.do.fault] += 1
    assert 0.25 <= 1 - met["none"] / 4000 <= 0.4
    assert set(met) >= {rule.do.fault for rule in night.rules} - {"flagged"}


def test_the_retired_models_are_gone(pair):
    one = pair((HOME / "config/demo/scenarios/retired-model.yaml").read_text())
    names = {model.id: model.shutdown_date for model in one.client.models.list()}
    assert "gpt-image-2.6-flare" not in names
    assert names["gpt-image-2.5-flare"] == "2027-03-01"


def test_the_example_of_the_documentation_is_a_scenario():
    page = (HOME / "docs/fake-openai.md").read_text()
    (example,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    scenario = Scenario.parse(example)
    assert len(scenario.rules) == 4
    assert scenario.shutdown == {"gpt-image-2.5-flare": "2027-03-01"}


def test_the_documentation_names_every_fault_and_every_shipped_scenario():
    page = (HOME / "docs/fake-openai.md").read_text()
    with pytest.raises(ConfigError) as caught:
        Scenario.parse("rules: [{do: {fault: zzz}}]")
    faults = str(caught.value).partition("Faults are: ")[2].rstrip(".").split(", ")
    assert len(faults) == 18
    for name in {*faults, *(path.stem for path in SHIPPED)} - {"none"}:
        assert f"`{name}`" in page
