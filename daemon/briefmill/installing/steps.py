"""The kinds of steps that an installation is made of.

Each can say what it would do (`words`), whether there is anything to do (`needed`), and do it. All are idempotent: a
plan that was cut off is simply done again. What a step removes is only what an installation makes.
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from briefmill import files
from briefmill.errors import FolderError
from briefmill.installing.site import Site


class Step(Protocol):
    """One step. Raises BriefmillError or OSError when it cannot be done."""

    @property
    def words(self) -> str:
        """What it does, as an imperative."""

    def needed(self) -> bool:
        """False when it is done already. Blocks."""

    def do(self) -> None:
        """Do it. Blocks."""


class Run(Protocol):
    """Runs a program and waits for it. Raises FolderError with its last words when it fails."""

    def __call__(self, argv: Sequence[str], *, user: int | None = None, group: int | None = None) -> None:
        """Run `argv`, as another user where one is given."""


def run(argv: Sequence[str], *, user: int | None = None, group: int | None = None) -> None:
    """Run a program on this machine. See Run.

    What the shell of whoever installs says to Briefmill (BRIEFMILL_HOME, a key) is not passed on.
    """
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("BRIEFMILL_", "OPENAI_"))}
    groups = None if user is None else ()
    try:
        done = subprocess.run(  # noqa: S603 - the plan's own commands, and no shell
            list(argv),
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env=environ,
            umask=0o027,
            user=user,
            group=group,
            extra_groups=groups,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise FolderError(f"`{' '.join(argv)}` cannot be run: {error}.") from error
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise FolderError(f"`{' '.join(argv)}` failed ({done.returncode}): {said[-1] if said else 'it said nothing'}")


def account(site: Site) -> tuple[int, int] | None:
    """Number and group number of the service's user, None when there is no such user yet."""
    if site.live:
        try:
            known = pwd.getpwnam(site.user)
        except KeyError:
            return None
        return known.pw_uid, known.pw_gid
    try:
        lines = site.at(Path("/etc/passwd")).read_text("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return None
    for line in lines:
        name, *rest = line.split(":")
        if name == site.user and len(rest) >= 3:
            return int(rest[1]), int(rest[2])
    return None


@dataclass(frozen=True, kw_only=True)
class Write:
    """A file of ours with this text."""

    path: Path
    text: str
    what: str
    mode: int = 0o644

    @property
    def words(self) -> str:
        """What is written where."""
        return f"write  {self.path}  ({self.what})"

    def needed(self) -> bool:
        """Whether it is missing, or says something else."""
        return not self.path.is_file() or self.path.read_text("utf-8", "replace") != self.text

    def do(self) -> None:
        """Write it durably: a power cut must not leave half a unit."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        files.write_durably(self.path, self.text.encode(), mode=self.mode)


@dataclass(frozen=True, kw_only=True)
class Link:
    """A link at `path` to `target`."""

    path: Path
    target: Path
    what: str

    @property
    def words(self) -> str:
        """What leads where."""
        return f"link   {self.path} -> {self.target}  ({self.what})"

    def needed(self) -> bool:
        """Whether it is missing, or leads elsewhere. Raises FolderError when something else has its name."""
        if self.path.is_symlink():
            return self.path.readlink() != self.target
        if self.path.exists():
            raise FolderError(f"{self.path} is there and is no link of ours. Move it away first.")
        return True

    def do(self) -> None:
        """Make it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.unlink(missing_ok=True)
        self.path.symlink_to(self.target)


@dataclass(frozen=True, kw_only=True)
class Folder:
    """A folder with this mode. With `site` it belongs to the service's user, else to whoever makes it."""

    path: Path
    mode: int
    what: str
    site: Site | None = None

    @property
    def words(self) -> str:
        """What is made where."""
        return f"make   {self.path}  ({self.what})"

    def needed(self) -> bool:
        """Whether it is missing. One that is there keeps the mode and the owner that somebody gave it."""
        return not self.path.is_dir()

    def do(self) -> None:
        """Make it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.mkdir()
        self.path.chmod(self.mode)
        if self.site is not None and (owner := account(self.site)) is not None:
            os.chown(self.path, *owner)


@dataclass(frozen=True, kw_only=True)
class User:
    """The service's user, made by systemd-sysusers from its file `config`."""

    site: Site
    config: str
    run: Run

    @property
    def words(self) -> str:
        """Which user."""
        return f"make   the user and group {self.site.user}"

    def needed(self) -> bool:
        """Whether nobody has that name."""
        return account(self.site) is None

    def do(self) -> None:
        """Have systemd make it."""
        root = () if self.site.live else (f"--root={self.site.prefix}",)
        self.run(("systemd-sysusers", *root, self.config))


@dataclass(frozen=True, kw_only=True)
class Home:
    """The home, made by the installed `briefmill init` as the service's user; of another tree within that tree.

    Only where there is none: on an upgrade the drive of the inbox may not be mounted at this moment, and a marker in
    the empty folder below would make it look like an empty inbox.
    """

    site: Site
    run: Run

    @property
    def words(self) -> str:
        """Which home."""
        return f"init   {self.site.at(self.site.home)}  (folders, the inbox's marker, a commented configuration)"

    def needed(self) -> bool:
        """Whether it has no configuration yet."""
        return not (self.site.at(self.site.home) / "config" / "briefmill.toml").is_file()

    def do(self) -> None:
        """Make it."""
        owner = account(self.site)
        if owner is None:
            raise FolderError(f"There is no user {self.site.user}, whose home this is.")
        init = (str(self.site.program), "init", "--home", str(self.site.home))
        if self.site.live:
            self.run(init, user=owner[0], group=owner[1])
        else:
            self.run(("chroot", f"--userspec={owner[0]}:{owner[1]}", str(self.site.prefix), *init))


@dataclass(frozen=True, kw_only=True)
class Call:
    """A command. It is needed `when` another step was, or always."""

    argv: Sequence[str]
    what: str
    run: Run
    when: tuple[Step, ...] = ()

    @property
    def words(self) -> str:
        """The command."""
        return f"run    {' '.join(self.argv)}  ({self.what})"

    def needed(self) -> bool:
        """Whether one of the steps it follows is."""
        return not self.when or any(step.needed() for step in self.when)

    def do(self) -> None:
        """Run it."""
        self.run(self.argv)


@dataclass(frozen=True, kw_only=True)
class Remove:
    """A file or link of ours that goes away; with `tree` a folder with all that is in it."""

    path: Path
    what: str
    tree: bool = False

    @property
    def words(self) -> str:
        """What goes."""
        return f"remove {self.path}  ({self.what})"

    def needed(self) -> bool:
        """Whether it is there."""
        return self.path.is_symlink() or self.path.exists()

    def do(self) -> None:
        """Remove it. Raises FolderError where a drive is mounted below: what lies there is not ours to delete."""
        if not self.tree or self.path.is_symlink():
            self.path.unlink(missing_ok=True)
            return
        for folder, _, _ in os.walk(self.path):
            if os.path.ismount(folder):
                raise FolderError(f"{folder} is a mounted drive. Unmount it first; nothing was removed.")
        shutil.rmtree(self.path)
