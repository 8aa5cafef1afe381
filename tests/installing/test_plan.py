"""The whole plan in an unpacked tree: shown, done, done again, removed."""

import os

import pytest

from briefmill.errors import FolderError
from briefmill.installing import plan
from briefmill.installing.site import Site
from briefmill.settings import shipped_unit


class Machine:
    """A tree, and a stand-in for the programs that would run in it."""

    def __init__(self, tmp_path, *, live=False):
        self.ran = []
        self.broken = None
        self.tree = tmp_path / "tree"
        (self.tree / "bin").mkdir(parents=True)
        (self.tree / "bin" / "bash").touch()
        (self.tree / "etc").mkdir()
        self.site = (LiveSite if live else Site)(prefix=self.tree)
        self.kit = plan.Kit(
            unit=shipped_unit().read_text(), completion={"bash": "complete\n", "fish": "complete\n"}, run=self.run
        )

    def run(self, argv, **_):
        self.ran.append(" ".join(argv))
        if argv[0] == self.broken:
            raise FolderError(f"{argv[0]} failed")
        if argv[0] == "systemd-sysusers":
            (self.tree / "etc" / "passwd").write_text(f"briefmill:x:{os.getuid()}:{os.getgid()}::/:/bin/false\n")
        if "init" in argv:
            config = self.tree / "var/lib/briefmill/config"
            config.mkdir()
            (config / "briefmill.toml").touch()

    def go(self, steps):
        told = []
        for step in steps:
            if step.needed():
                told.append(step.words)
                step.do()
        return told

    def install(self):
        return self.go(plan.install(self.site, self.kit))

    def uninstall(self, **how):
        return self.go(plan.uninstall(self.site, self.kit, **{"purge": False, **how}))

    def files(self):
        return sorted(str(path.relative_to(self.tree)) for path in self.tree.rglob("*") if not path.is_dir())


class LiveSite(Site):
    """This machine, as far as the steps can tell, but with its files in a tree."""

    @property
    def live(self):
        return True

    def at(self, path):
        return self.prefix / path.relative_to("/")


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def test_the_tree_of_another_machine_gets_everything_and_no_command_of_this_one(machine):
    machine.install()
    assert machine.files() == [
        "bin/bash",
        "etc/passwd",
        "etc/systemd/system/briefmill.service",
        "etc/systemd/system/multi-user.target.wants/briefmill.service",
        "etc/sysusers.d/briefmill.conf",
        "usr/local/bin/briefmill",
        "usr/local/share/bash-completion/completions/briefmill",
        "var/lib/briefmill/config/briefmill.toml",
    ]
    assert [words.split()[0] for words in machine.ran] == ["systemd-sysusers", "chroot"]
    assert (machine.tree / "etc/systemd/system/multi-user.target.wants/briefmill.service").readlink() == plan.UNIT
    assert (machine.tree / "etc/credstore").stat().st_mode & 0o777 == 0o700


def test_done_again_there_is_nothing_to_do(machine):
    machine.install()
    before = list(machine.ran)
    assert machine.install() == []
    assert machine.ran == before


def test_after_a_failure_it_is_simply_done_again(machine):
    machine.broken = "chroot"
    with pytest.raises(FolderError):
        machine.install()
    machine.broken = None
    told = machine.install()
    assert not any("sysusers" in words for words in told)
    assert "etc/systemd/system/briefmill.service" in machine.files()


def test_an_upgrade_writes_the_unit_anew_and_keeps_home_keys_and_drop_ins(tmp_path, monkeypatch):
    machine = Machine(tmp_path, live=True)
    monkeypatch.setattr(plan.steps, "account", lambda _: (os.getuid(), os.getgid()))
    machine.install()
    key = machine.tree / "etc/credstore/briefmill.openai_api_key"
    key.write_text("secret\n")
    unit = machine.tree / "etc/systemd/system/briefmill.service"
    unit.write_text("[Service]\n# of an older version\n")
    machine.ran.clear()
    told = machine.install()
    assert len(told) == 1
    assert str(unit) in told[0]
    assert machine.ran == ["systemctl daemon-reload"]
    assert key.read_text() == "secret\n"


def test_a_removal_takes_what_was_installed_and_leaves_what_people_made(machine):
    machine.install()
    key = machine.tree / "etc/credstore/briefmill.openai_api_key"
    key.write_text("secret\n")
    machine.uninstall()
    assert machine.files() == [
        "bin/bash", "etc/credstore/briefmill.openai_api_key", "etc/passwd", "var/lib/briefmill/config/briefmill.toml",
    ]  # fmt: skip
    assert machine.uninstall() == []


def test_a_purge_takes_home_keys_and_user_as_well(machine):
    machine.install()
    (machine.tree / "etc/credstore/briefmill.openai_api_key").write_text("secret\n")
    told = machine.uninstall(purge=True)
    assert any("ALL briefs" in words for words in told)
    assert machine.files() == ["bin/bash", "etc/passwd"]
    assert machine.ran[-1] == f"userdel --prefix {machine.tree} briefmill"


def test_on_this_machine_the_service_is_stopped_before_its_unit_goes(tmp_path, monkeypatch):
    machine = Machine(tmp_path, live=True)
    monkeypatch.setattr(plan.steps, "account", lambda _: (os.getuid(), os.getgid()))
    machine.install()
    machine.ran.clear()
    machine.uninstall()
    assert machine.ran == ["systemctl stop briefmill.service", "systemctl daemon-reload"]


def test_a_command_of_somebody_else_is_not_removed(machine):
    machine.install()
    command = machine.tree / "usr/local/bin/briefmill"
    command.unlink()
    command.symlink_to("/usr/bin/another")
    machine.uninstall()
    assert command.is_symlink()
