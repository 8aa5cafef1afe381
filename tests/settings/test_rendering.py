"""How pictures are rendered: what a model does not know is refused at the start, with the line and the fix."""

import pytest

from briefmill.domain.rendering import Rendering
from briefmill.errors import ConfigError
from briefmill.settings import Settings


def load(home, text, environ=None):
    (home / "config").mkdir(exist_ok=True)
    (home / "config" / "briefmill.toml").write_text(text)
    return Settings.load(home, environ or {})


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (
            'model = "gpt-image-2"\ncomplexity = "high"',
            ("briefmill.toml:3", "openai.complexity", "knows no complexity", "2.6"),
        ),
        (
            'model = "gpt-image-2"\nquality = "max"',
            ("briefmill.toml:3", "openai.quality", 'no quality "max"', "medium"),
        ),
        (
            'background = "transparent"\noutput_format = "jpeg"',
            ("briefmill.toml:2", "openai.background", "png or webp"),
        ),
        ("output_compression = 80", ("briefmill.toml:2", "openai.output_compression", "jpeg and webp")),
    ],
)
def test_a_wish_that_the_model_does_not_know_is_refused_where_it_stands(tmp_path, written, words):
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, f"[openai]\n{written}\n")
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_the_second_account_is_held_to_its_own_model(tmp_path):
    with pytest.raises(ConfigError, match=r"fallback\.complexity"):
        load(tmp_path, '[fallback]\nmodel = "gpt-image-2"\ncomplexity = "low"\n')
    assert load(tmp_path, '[openai]\ncomplexity = "low"\n[fallback]\nmodel = "gpt-image-2"\n').fallback.complexity == ""


def test_a_wish_from_the_environment_is_named_by_its_variable(tmp_path):
    environ = {"BRIEFMILL_OPENAI__QUALITY": "xhigh", "BRIEFMILL_OPENAI__MODEL": "gpt-image-1.5"}
    with pytest.raises(ConfigError, match="BRIEFMILL_OPENAI__QUALITY"):
        load(tmp_path, "", environ)


def test_settings_that_go_together_are_what_is_asked_for(tmp_path):
    loaded = load(tmp_path, '[openai]\noutput_format = "webp"\noutput_compression = 90\nbackground = "transparent"\n')
    assert loaded.openai.rendering == Rendering(
        quality="medium", background="transparent", format="webp", compression=90, moderation="auto"
    )
