"""Each step says whether it is needed, does it, and has nothing to do a second time."""

import os
import stat
from pathlib import Path

import pytest

from briefmill.errors import FolderError, UsageError
from briefmill.installing import steps, unit
from briefmill.installing.site import Site, check
from briefmill.settings import shipped_unit


@pytest.fixture
def tree(tmp_path):
    program = tmp_path / "opt/briefmill/bin/briefmill"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    return Site(prefix=tmp_path)


@pytest.mark.parametrize("user", ["root", "", "Brief Mill", "-x", "9lives", "a:b", "x" * 40, "a\nb"])
def test_a_user_that_a_unit_could_not_name_is_refused(user):
    with pytest.raises(UsageError, match="--user"):
        Site(user=user)


@pytest.mark.parametrize(
    "home",
    ["/", "/srv", "relative/home", "/var/lib/brief mill", "/var/lib/%h", "/var/lib/../../etc", '/var/lib/"x"',
     "/var/lib/a\nExecStart=/bin/sh", "/tmp/briefs", str(Path("/home") / "anna/briefs"), str(Path("/root") / "briefs")],
)  # fmt: skip
def test_a_home_that_the_service_could_not_use_is_refused_with_a_better_one(home):
    with pytest.raises(UsageError, match="/var/lib/briefmill"):
        Site(home=Path(home))


def test_a_program_in_somebodys_home_is_refused():
    with pytest.raises(UsageError, match="sees nothing of /root"):
        Site(program=Path("/root") / "venv/bin/briefmill")


def test_a_tree_without_the_program_is_refused(tmp_path):
    with pytest.raises(UsageError, match="no such command in"):
        check(Site(prefix=tmp_path))
    with pytest.raises(FolderError, match="no folder"):
        check(Site(prefix=tmp_path / "nowhere"))


def test_a_link_in_the_tree_does_not_lead_the_installation_out_of_it(tree):
    (tree.prefix / "etc").symlink_to("/etc")
    with pytest.raises(FolderError, match="leads out"):
        tree.at(Path("/etc/passwd"))


def test_a_file_is_written_once_and_again_when_it_says_something_else(tmp_path):
    step = steps.Write(path=tmp_path / "etc" / "a.conf", text="a\n", what="a")
    assert step.needed()
    step.do()
    assert (not step.needed(), step.path.read_text()) == (True, "a\n")
    step.path.write_text("b\n")
    assert step.needed()


def test_a_link_is_made_and_what_is_in_its_place_is_kept(tmp_path):
    step = steps.Link(path=tmp_path / "bin" / "x", target=Path("/opt/x"), what="x")
    step.do()
    assert not step.needed()
    step.path.unlink()
    step.path.write_text("somebody's own\n")
    with pytest.raises(FolderError, match="no link of ours"):
        step.needed()
    assert step.path.read_text() == "somebody's own\n"


def test_a_folder_that_is_there_keeps_its_mode(tmp_path):
    step = steps.Folder(path=tmp_path / "credstore", mode=0o700, what="keys")
    step.do()
    assert stat.S_IMODE(step.path.stat().st_mode) == 0o700
    step.path.chmod(0o750)
    assert not step.needed()


def test_the_user_is_looked_up_in_the_tree(tree):
    assert steps.account(tree) is None
    passwd = tree.prefix / "etc" / "passwd"
    passwd.parent.mkdir()
    passwd.write_text("root:x:0:0::/root:/bin/sh\nbriefmill:x:971:972::/var/lib/briefmill:/usr/sbin/nologin\nodd\n")
    assert steps.account(tree) == (971, 972)


def test_a_home_is_made_within_its_tree_and_never_twice(tree):
    ran = []
    (tree.prefix / "etc").mkdir()
    (tree.prefix / "etc" / "passwd").write_text("briefmill:x:971:972::/:/bin/false\n")
    step = steps.Home(site=tree, run=lambda argv, **_: ran.append(argv))
    assert step.needed()
    step.do()
    assert ran == [
        ("chroot", "--userspec=971:972", str(tree.prefix), "/opt/briefmill/bin/briefmill", "init", "--home",
         "/var/lib/briefmill"),
    ]  # fmt: skip
    config = tree.prefix / "var/lib/briefmill/config/briefmill.toml"
    config.parent.mkdir(parents=True)
    config.touch()
    assert not step.needed(), "its inbox may be a drive that is not mounted at this moment"


def test_a_home_waits_for_its_user(tree):
    with pytest.raises(FolderError, match="no user briefmill"):
        steps.Home(site=tree, run=lambda *_, **__: None).do()


def test_a_program_that_fails_is_told_with_its_last_words():
    with pytest.raises(FolderError, match=r"failed \(3\): no such luck"):
        steps.run(("sh", "-c", "echo no such luck >&2; exit 3"))
    with pytest.raises(FolderError, match="cannot be run"):
        steps.run(("/nowhere/at-all",))


def test_what_the_shell_says_to_briefmill_is_not_passed_on(monkeypatch):
    monkeypatch.setenv("BRIEFMILL_FOLDERS__INBOX", "/elsewhere")
    monkeypatch.setenv("LANG", "C.UTF-8")
    steps.run(("sh", "-c", 'test -z "$BRIEFMILL_FOLDERS__INBOX" && test "$LANG" = C.UTF-8'))


def test_a_tree_is_removed_and_a_link_to_one_only_as_a_link(tmp_path):
    real = tmp_path / "real"
    (real / "deep").mkdir(parents=True)
    link = tmp_path / "home"
    link.symlink_to(real)
    steps.Remove(path=link, what="home", tree=True).do()
    assert not link.is_symlink()
    assert real.is_dir()
    step = steps.Remove(path=real, what="home", tree=True)
    step.do()
    assert not step.needed()


def test_nothing_is_removed_below_which_a_drive_is_mounted(tmp_path, monkeypatch):
    drive = tmp_path / "home" / "inbox"
    drive.mkdir(parents=True)
    (tmp_path / "home" / "a").touch()
    monkeypatch.setattr(os.path, "ismount", lambda path: str(path) == str(drive))
    with pytest.raises(FolderError, match="is a mounted drive"):
        steps.Remove(path=tmp_path / "home", what="home", tree=True).do()
    assert (tmp_path / "home" / "a").exists()


def test_the_unit_gets_its_user_program_and_home():
    site = Site(user="mill", home=Path("/var/lib/mill"), program=Path("/opt/mill/bin/briefmill"))
    lines = unit.text(shipped_unit().read_text(), site).splitlines()
    for line in (
        "User=mill", "Group=mill", "ExecStart=/opt/mill/bin/briefmill run", "StateDirectory=mill",
        "Environment=BRIEFMILL_HOME=/var/lib/mill OPENBLAS_NUM_THREADS=1",
    ):  # fmt: skip
        assert lines.count(line) == 1


def test_a_home_elsewhere_is_let_in_instead_of_made():
    text = unit.text(shipped_unit().read_text(), Site(home=Path("/srv/briefmill")))
    assert "StateDirectory" not in "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    assert "\nReadWritePaths=/srv/briefmill\n" in text


def test_the_shipped_unit_is_what_an_installation_with_nothing_said_writes():
    shipped = shipped_unit().read_text()
    assert unit.text(shipped, Site()) == shipped


def test_a_unit_that_lacks_a_line_is_not_written_half_changed():
    with pytest.raises(FolderError, match="0 lines of User="):
        unit.text("[Service]\n", Site())


def test_an_installed_unit_tells_its_user_and_home_for_the_next_time(tmp_path):
    place = tmp_path / "briefmill.service"
    assert unit.installed(place) == ("briefmill", Path("/var/lib/briefmill"))
    place.write_text(unit.text(shipped_unit().read_text(), Site(user="mill", home=Path("/srv/mill"))))
    assert unit.installed(place) == ("mill", Path("/srv/mill"))
