"""Answers in words: strictly by their schema, and visibly translated."""

import json
from enum import Enum
from typing import Literal

import openai
import pydantic
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openai.lib._pydantic import to_strict_json_schema

from briefmill.fake_openai import refusals, words


class Line(pydantic.BaseModel):
    locale: str
    message: str
    disclaimer: str | None


class Lines(pydantic.BaseModel):
    translations: list[Line]


class Message(pydantic.BaseModel):
    message: str


ASKED = {"message": "Fresh every morning", "disclaimer": "While stocks last", "locales": ["de-DE", "ar"]}


def test_a_list_over_languages_has_one_marked_text_for_each(pair):
    one = pair()
    answer = one.client.responses.parse(
        model="gpt-6-luna", instructions="Translate.", input=json.dumps(ASKED), text_format=Lines
    )
    assert answer.output_parsed.translations == [
        Line(locale="de-DE", message="[de-DE] Fresh every morning", disclaimer="[de-DE] While stocks last"),
        Line(locale="ar", message="[ar] Fresh every morning", disclaimer="[ar] While stocks last"),
    ]
    assert answer.status == "completed"
    assert answer.usage.total_tokens == answer.usage.input_tokens + answer.usage.output_tokens
    assert one.book.invalid == 0
    assert one.book.cost_micros == answer.usage.input_tokens + 8 * answer.usage.output_tokens


def test_chat_answers_as_responses_do(pair):
    one = pair()
    answer = one.client.chat.completions.parse(
        model="gpt-6-luna",
        messages=[
            {"role": "system", "content": "You translate copy into German."},
            {"role": "user", "content": [{"type": "text", "text": json.dumps({"message": "Fresh"})}]},
        ],
        response_format=Message,
    )
    assert answer.choices[0].message.parsed == Message(message="[de] Fresh")
    assert answer.choices[0].finish_reason == "stop"
    assert one.book.invalid == 0


def test_properties_named_as_languages_are_their_own_targets():
    schema = {
        "type": "object",
        "properties": {"de": {"type": "string"}, "pt-BR": {"type": "string"}},
        "required": ["de", "pt-BR"],
        "additionalProperties": False,
    }
    made = words.answer(schema, words.source("", '{"message": "Hello"}'))
    assert made == {"de": "[de] Hello", "pt-BR": "[pt-BR] Hello"}


def test_nested_texts_are_found_where_they_stand():
    class Copy(pydantic.BaseModel):
        headline: str
        bullets: list[str]

    class Answer(pydantic.BaseModel):
        copy_: Copy = pydantic.Field(alias="copy")

    told = {"target_locale": "fr", "copy": {"headline": "New", "bullets": ["Light", "Cheap"]}}
    made = words.answer(to_strict_json_schema(Answer), words.source("", f"Here: {json.dumps(told)}"))
    assert made == {"copy": {"headline": "[fr] New", "bullets": ["[fr] Light", "[fr] Cheap"]}}


@pytest.mark.parametrize(
    ("instructions", "asked", "language"),
    [
        ("Translate into German.", "Hello", "de"),
        ("", "Translate to pt-BR: Hello", "pt-BR"),
        ("locale: ja", '{"message": "Hi"}', "ja"),
        ("", '{"message": "Hi", "language": "th"}', "th"),
        ("From Spanish into Dutch", "Hello", "nl"),
        ("Be brief, it has to be short, and add to it.", "Hello", "fake"),
    ],
)
def test_the_language_is_read_from_where_it_is_named(instructions, asked, language):
    assert words.plain(words.source(instructions, asked)).startswith(f"[{language}] ")


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ({"type": "object", "properties": {}}, "additionalProperties"),
        (
            {"type": "object", "properties": {"a": {"type": "string"}}, "required": [], "additionalProperties": False},
            "Missing 'a'",
        ),
        ({"type": "array", "items": {"type": "string"}}, 'type: "object"'),
    ],
)
def test_a_schema_that_the_api_would_not_take_as_strict_is_refused(pair, schema, told):
    one = pair()
    form = {"type": "json_schema", "name": "copy", "schema": schema, "strict": True}
    with pytest.raises(openai.BadRequestError) as caught:
        one.client.responses.create(model="gpt-6-luna", input="a", text={"format": form})
    assert told in caught.value.body["message"]
    assert caught.value.code == "invalid_json_schema"
    assert one.book.invalid == 1


def test_a_schema_that_never_ends_is_refused_and_one_that_may_end_is_answered():
    endless = {
        "type": "object",
        "properties": {"again": {"$ref": "#"}},
        "required": ["again"],
        "additionalProperties": False,
    }
    with pytest.raises(refusals.Refusal):
        words.answer(endless, words.Source())

    class Tree(pydantic.BaseModel):
        branches: list["Tree"]

    assert Tree.model_validate(words.answer(to_strict_json_schema(Tree), words.Source()))


def test_an_answer_beyond_the_tokens_that_were_allowed_is_cut_and_says_so(pair):
    one = pair()
    answer = one.client.responses.create(model="gpt-6-luna", input="word " * 100, max_output_tokens=16)
    assert answer.status == "incomplete"
    assert answer.incomplete_details.reason == "max_output_tokens"
    assert len(answer.output_text) == 64
    chat = one.client.chat.completions.create(
        model="gpt-6-luna", messages=[{"role": "user", "content": "word " * 100}], max_completion_tokens=16
    )
    assert chat.choices[0].finish_reason == "length"


def test_an_unknown_text_model_is_told_as_other_endpoints_tell_it(pair):
    one = pair()
    with pytest.raises(openai.NotFoundError) as caught:
        one.client.responses.create(model="gpt-99", input="a")
    assert caught.value.code == "model_not_found"


def test_a_chain_that_may_end_ends():
    class Link(pydantic.BaseModel):
        following: "Link | None"

    assert Link.model_validate(words.answer(to_strict_json_schema(Link), words.Source()))


@pytest.mark.parametrize(
    "odd",
    [
        {"properties": 3},
        {"properties": {"a": 3}, "required": ["a"]},
        {"properties": {"a": {"type": "string", "pattern": "("}}, "required": ["a"]},
        {"properties": {"a": {"type": "integer", "minimum": "x"}}, "required": ["a"]},
        {"properties": {"a": {"anyOf": 3}}, "required": ["a"]},
        {"properties": {}, "required": 3},
        {"properties": {"a": {"$ref": "#/properties/a"}}, "required": ["a"]},
    ],
)
@pytest.mark.parametrize("strict", [True, False])
def test_a_schema_that_is_none_is_refused_or_answered_but_never_a_crash(pair, odd, strict):
    one = pair()
    schema = {"type": "object", "additionalProperties": False, **odd}
    form = {"type": "json_schema", "name": "copy", "schema": schema, "strict": strict}
    try:
        one.client.responses.create(model="gpt-6-luna", input="a", text={"format": form})
    except openai.BadRequestError as error:
        assert error.code == "invalid_json_schema"  # noqa: PT017 - both ends are right
    assert len(one.book.calls()) == 1


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


KINDS = st.sampled_from(
    [
        str,
        int,
        float,
        bool,
        Colour,
        Literal["a", "b"],
        int | None,
        list[str],
        list[Line],
        Message,
        pydantic.AwareDatetime,
        pydantic.UUID4,
        pydantic.conint(ge=5, le=9),
        pydantic.conint(gt=-3, lt=0),
        pydantic.confloat(gt=0.5, lt=0.75),
        pydantic.conint(multiple_of=7),
        pydantic.constr(min_length=3, max_length=5),
        pydantic.constr(pattern="^#[0-9a-f]{6}$"),
        pydantic.conlist(int, min_length=2, max_length=3),
        str | int,
    ]
)
NAMES = st.sampled_from(["message", "locale", "count", "lines", "de", "price", "translations", "a_b", "flag"])
GIVEN = st.dictionaries(
    NAMES | st.text(max_size=5),
    st.recursive(
        st.none() | st.booleans() | st.integers(-20, 20) | st.floats(allow_nan=False) | st.text(max_size=12),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
        max_leaves=6,
    ),
    max_size=5,
)


@settings(max_examples=80, deadline=None)
@given(fields=st.dictionaries(NAMES, KINDS, min_size=1, max_size=5), given_=GIVEN)
def test_every_answer_satisfies_its_schema_whatever_was_sent(fields, given_):
    model = pydantic.create_model("Answer", **{name: (kind, ...) for name, kind in fields.items()})
    made = words.answer(to_strict_json_schema(model), words.source("", json.dumps(given_)))
    assert set(made) == set(fields)
    model.model_validate_json(json.dumps(made), strict=True)
