"""The steps of an installation and of its removal, in order."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from briefmill.installing import steps, unit
from briefmill.installing.site import CREDENTIALS, NAME, UNIT, Site
from briefmill.installing.steps import Call, Folder, Home, Link, Remove, Run, Step, User, Write

WANTED: Final = Path("/etc/systemd/system/multi-user.target.wants/briefmill.service")
DROP_INS: Final = Path("/etc/systemd/system/briefmill.service.d")
SYSUSERS: Final = Path("/etc/sysusers.d/briefmill.conf")
COMMAND: Final = Path("/usr/local/bin/briefmill")
COMPLETIONS: Final[Mapping[str, Path]] = {
    "bash": Path("/usr/local/share/bash-completion/completions/briefmill"),
    "zsh": Path("/usr/local/share/zsh/site-functions/_briefmill"),
    "fish": Path("/etc/fish/completions/briefmill.fish"),
}
KEYS: Final = ("openai_api_key", "fallback_api_key", "provenance_certificate", "provenance_key")
"""The credentials that the unit asks for, as `briefmill.NAME` in the credential store."""


@dataclass(frozen=True, kw_only=True)
class Kit:
    """What an installation brings along: the shipped unit, completion by shell, who runs programs."""

    unit: str
    completion: Mapping[str, str]
    run: Run = steps.run


def install(site: Site, kit: Kit) -> list[Step]:
    """The steps that make `site`; done again they change nothing, or bring it up to the version of `kit`."""
    return list(_install(site, kit))


def uninstall(site: Site, kit: Kit, *, purge: bool) -> list[Step]:
    """The steps that remove the service. Briefs, results, keys and the user stay, unless `purge`."""
    return list(_uninstall(site, kit, purge=purge))


def _install(site: Site, kit: Kit) -> Iterator[Step]:
    about = f'u {site.user} - "Briefmill" {site.home} -\n'
    sysusers = Write(path=site.at(SYSUSERS), text=about, what="the user, for systemd-sysusers")
    yield sysusers
    yield User(site=site, config=SYSUSERS.name, run=kit.run)
    yield Folder(path=site.at(site.home), mode=0o750, what="the home", site=site)
    yield Home(site=site, run=kit.run)
    yield Folder(path=site.at(CREDENTIALS), mode=0o700, what="keys, for root alone")
    service = Write(path=site.at(UNIT), text=unit.text(kit.unit, site), what="the unit")
    wanted = Link(path=site.at(WANTED), target=UNIT, what="start it at boot")
    if site.live:
        # Before the files are there: whether it is needed is asked of them.
        reload = Call(argv=("systemctl", "daemon-reload"), what="read the units anew", run=kit.run)
        yield _After(steps=(service, wanted), then=reload)
    else:
        yield service
        yield wanted
    if site.program != COMMAND:
        yield Link(path=site.at(COMMAND), target=site.program, what="the command, for people")
    for shell, script in kit.completion.items():
        if any(site.at(Path(folder) / shell).exists() for folder in ("/bin", "/usr/bin")):
            yield Write(path=site.at(COMPLETIONS[shell]), text=script, what=f"completion for {shell}")


def _uninstall(site: Site, kit: Kit, *, purge: bool) -> Iterator[Step]:
    service = Remove(path=site.at(UNIT), what="the unit")
    wanted = Remove(path=site.at(WANTED), what="start at boot")
    if site.live:
        stop = Call(
            argv=("systemctl", "stop", UNIT.name), what="finish what runs, then stop", run=kit.run, when=(service,)
        )
        yield stop
        reload = Call(argv=("systemctl", "daemon-reload"), what="read the units anew", run=kit.run)
        yield _After(steps=(wanted, service), then=reload)
    else:
        yield wanted
        yield service
    yield Remove(path=site.at(SYSUSERS), what="the user's description")
    command = site.at(COMMAND)
    if command.is_symlink() and command.readlink() == site.program:
        yield Remove(path=command, what="the command's link")
    for shell, path in COMPLETIONS.items():
        yield Remove(path=site.at(path), what=f"completion for {shell}")
    if purge:
        yield Remove(path=site.at(DROP_INS), what="your drop-ins", tree=True)
        for key in KEYS:
            for store in (CREDENTIALS, CREDENTIALS.with_suffix(".encrypted")):
                yield Remove(path=site.at(store / f"{NAME}.{key}"), what="a key")
        yield Remove(path=site.at(site.home), what="ALL briefs, results, the archive and the audit trail", tree=True)
        if steps.account(site) is not None:
            root = () if site.live else ("--prefix", str(site.prefix))
            yield Call(argv=("userdel", *root, site.user), what="the user", run=kit.run)


@dataclass(frozen=True, kw_only=True)
class _After:
    """Steps that belong together, and one that follows when any of them was needed."""

    steps: tuple[Step, ...]
    then: Step

    @property
    def words(self) -> str:
        """All of them, a line each."""
        return "\n".join(step.words for step in (*self._due(), self.then))

    def needed(self) -> bool:
        """Whether any of the first is."""
        return bool(self._due())

    def do(self) -> None:
        """Do those that are needed, then the last."""
        for step in self._due():
            step.do()
        self.then.do()

    def _due(self) -> list[Step]:
        return [step for step in self.steps if step.needed()]
