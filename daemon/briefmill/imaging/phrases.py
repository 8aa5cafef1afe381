"""Phrases of languages that write no spaces, by BudouX: small models, loaded when first asked for.

A model scores every place in a text and breaks where the score is above its threshold. For Chinese and Thai that tears
words; asking for more than the threshold leaves the breaks that it is sure of.
"""

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from budoux import Parser

Model = Literal["ja", "th", "zh-hans", "zh-hant"]


def ends(text: str, model: Model, *, margin: int = 0) -> Iterator[int]:
    """The offsets inside a text at which a phrase ends, scored by so much above the model's threshold."""
    at = 0
    for phrase in _parser(model, margin).parse(text)[:-1]:
        at += len(phrase)
        yield at


@cache
def _parser(model: Model, margin: int) -> "Parser":
    import budoux

    load = {
        "ja": budoux.load_default_japanese_parser,
        "th": budoux.load_default_thai_parser,
        "zh-hans": budoux.load_default_simplified_chinese_parser,
        "zh-hant": budoux.load_default_traditional_chinese_parser,
    }
    parser = load[model]()
    # The threshold is half the sum of all scores in the model, so a score that nothing earns raises it by its half.
    return budoux.Parser(parser.model | {"margin": {"": 2 * margin}}) if margin else parser
