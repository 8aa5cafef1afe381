"""The page about provenance: what it shows is taken by the settings."""

import re
from pathlib import Path

from briefmill.settings import Settings

PAGE = Path(__file__).parents[2] / "docs" / "provenance.md"


def test_the_certificate_of_the_page_is_a_configuration_that_is_taken(tmp_path):
    (block,) = re.findall(r"```toml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "briefmill.toml").write_text(block)

    settings = Settings.load(tmp_path, {})

    assert settings.provenance.enabled
    assert settings.provenance.certificate == "/etc/briefmill/chain.pem"


def test_credentials_of_systemd_stand_above_the_file(tmp_path):
    for name in ("provenance_certificate", "provenance_key"):
        (tmp_path / name).write_text("x")
        assert name in PAGE.read_text("utf-8")

    settings = Settings.load(tmp_path, {"CREDENTIALS_DIRECTORY": str(tmp_path)})

    assert settings.provenance.key == str(tmp_path / "provenance_key")
