"""The command: says first, does only with --yes, and refuses what cannot work."""

import os
from functools import partial

import pytest

from briefmill.errors import FolderError, UsageError
from briefmill.faces.cli import install as face
from briefmill.installing import plan, steps


@pytest.fixture
def tree(tmp_path):
    program = tmp_path / "opt/briefmill/bin/briefmill"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "zsh").touch()
    return tmp_path


@pytest.fixture
def install(tree, capsys):
    def call(**how):
        usual = {"systemd": True, "yes": False, "uninstall": False, "purge": False, "user": "", "home": None,
                 "program": None, "prefix": tree}  # fmt: skip
        face.install(**{**usual, **how})
        return capsys.readouterr().out

    return call


def files(tree):
    return sorted(str(path.relative_to(tree)) for path in tree.rglob("*") if not path.is_dir())


def test_without_yes_everything_is_said_and_nothing_done(install, tree):
    before = files(tree)
    said = install()
    assert "briefmill.service" in said
    assert "completion for zsh" in said
    assert "completion for bash" not in said
    assert said.endswith("Nothing was done. With --yes it is.\n")
    assert files(tree) == before


def test_with_yes_it_is_done_and_what_to_do_next_is_said(install, tree, monkeypatch):
    ran = []

    def run(argv, **_):
        ran.append(argv[0])
        if argv[0] == "systemd-sysusers":
            (tree / "etc" / "passwd").write_text(f"briefmill:x:{os.getuid()}:{os.getgid()}::/:/bin/false\n")
        else:
            (tree / "var/lib/briefmill/config").mkdir()
            (tree / "var/lib/briefmill/config/briefmill.toml").touch()

    monkeypatch.setattr(plan, "Kit", partial(plan.Kit, run=run))
    monkeypatch.setattr("briefmill.installing.site.os.geteuid", lambda: 0)
    said = install(yes=True)
    assert ran == ["systemd-sysusers", "chroot"]
    assert "/etc/credstore/briefmill.openai_api_key" in said
    assert "_briefmill" in (tree / "usr/local/share/zsh/site-functions/_briefmill").read_text()
    assert install(yes=True) == "All of it is there already.\n"


def test_an_upgrade_keeps_the_user_and_the_home_that_were_chosen(install, tree):
    unit = tree / "etc/systemd/system/briefmill.service"
    unit.parent.mkdir(parents=True)
    unit.write_text("[Service]\nUser=mill\nEnvironment=BRIEFMILL_HOME=/srv/mill X=1\n")
    said = install()
    assert "the user and group mill" in said
    assert f"{tree}/srv/mill" in said


def test_what_it_is_for_has_to_be_said(install):
    with pytest.raises(UsageError, match="--systemd"):
        install(systemd=False)
    with pytest.raises(UsageError, match="--uninstall"):
        install(purge=True)


def test_only_root_does_it_and_everybody_may_look(install, monkeypatch):
    monkeypatch.setattr("briefmill.installing.site.os.geteuid", lambda: 1000)
    assert "Nothing was done" in install()
    with pytest.raises(FolderError, match="sudo"):
        install(yes=True)


def test_a_tree_without_the_program_is_refused(install, tree):
    (tree / "opt/briefmill/bin/briefmill").unlink()
    with pytest.raises(UsageError, match="no such command"):
        install()


def test_a_disk_that_cannot_be_written_is_told_with_its_place(install, tree, monkeypatch):
    def full(path, *_, **__):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(steps.files, "write_durably", full)
    monkeypatch.setattr("briefmill.installing.site.os.geteuid", lambda: 0)
    with pytest.raises(FolderError, match=r"sysusers\.d/briefmill\.conf: No space left on device"):
        install(yes=True)


def test_a_removal_of_nothing_says_so(install):
    assert install(uninstall=True) == "Nothing is left of it.\n"
