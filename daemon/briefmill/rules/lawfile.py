"""Reads the book of rules: the files that were shipped, and over them those of a home.

A home's rule of the same id takes the place of the shipped one; `off` takes one out. So a home keeps only what is its
own, and shipped rules are renewed with every release. A wrong file is a ConfigError with its line.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from briefmill.errors import ConfigError
from briefmill.rules import datafile, lawbook
from briefmill.rules.lawbook import Lawbook, RuleFile

LARGEST = 256 * 1024
"""Bytes of a file of rules at most; the largest shipped one has about 20 thousand."""
EXAMPLE = "docs/law.md"


def load(path: Path) -> RuleFile:
    """One file. Raises ConfigError with path, line and fix."""
    what = "Split it: every .yaml file of the folder is read."
    read = datafile.read(path, RuleFile, largest=LARGEST, what=what, example=EXAMPLE)
    for first, second in _twice([rule.id for rule in read.rules]):
        raise ConfigError(f"{path}: the rules {first + 1} and {second + 1} have the same id; give each its own.")
    return read


def book(folders: Iterable[Path]) -> Lawbook:
    """The book of several folders, later ones over earlier ones; folders that are not there are empty.

    Raises ConfigError, also for a label or an id that nothing explains.
    """
    rules: dict[str, lawbook.Claim | lawbook.Disclaimer | lawbook.Disclosure] = {}
    files: dict[str, str] = {}
    labels: dict[str, lawbook.Label] = {}
    verticals: dict[str, lawbook.ByLanguage] = {}
    unrealistic: dict[str, tuple[str, ...]] = {}
    for path in (path for folder in folders for path in _files(folder)):
        read = load(path)
        for rule in read.rules:
            rules[rule.id] = rule
            files[rule.id] = str(path)
        labels |= read.labels
        verticals |= {name: _merged(verticals.get(name, {}), words) for name, words in read.verticals.items()}
        unrealistic = _merged(unrealistic, read.unrealistic)
        for name in read.off:
            if rules.pop(name, None) is None:
                raise ConfigError(f"{path}: off: there is no rule {name}. `briefmill rules list` shows them all.")
    made = Lawbook(
        rules=tuple(rules.values()), labels=labels, verticals=verticals, unrealistic=unrealistic, files=files
    )
    _check(made)
    return made


def _check(made: Lawbook) -> None:
    for rule in made.rules:
        path = made.files[rule.id]
        unknown = [name for name in rule.verticals if name not in made.verticals]
        if unknown:
            known = ", ".join(made.verticals)
            raise ConfigError(f"{path}: {rule.id}: nothing says what {unknown[0]} is; `verticals` has {known}.")
        if isinstance(rule, lawbook.Disclosure) and rule.label and rule.label not in made.labels:
            known = ", ".join(made.labels)
            raise ConfigError(f"{path}: {rule.id}: there is no label {rule.label}; `labels` has {known}.")


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix in {".yaml", ".yml"})
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ConfigError(f"{folder}: the rules cannot be read ({error.strerror}).") from error


def _merged(words: Mapping[str, tuple[str, ...]], more: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    keys = dict.fromkeys((*words, *more))
    return {key: tuple(dict.fromkeys((*words.get(key, ()), *more.get(key, ())))) for key in keys}


def _twice(names: list[str]) -> Iterator[tuple[int, int]]:
    for at, name in enumerate(names):
        if name in names[:at]:
            yield names.index(name), at
