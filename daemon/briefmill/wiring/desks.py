"""The desk of a home, for faces: what they may ask, over this home's ledger and inbox."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from briefmill.costs import Costs
from briefmill.desk import Desk, Inbox, Looked, Maker
from briefmill.domain.creative import Frame
from briefmill.domain.money import Quote
from briefmill.domain.rendering import Rendering
from briefmill.errors import FolderError
from briefmill.ledger.sql import SqlLedger
from briefmill.settings import Settings
from briefmill.wiring import inward, law, making, paying, shooting, wordplan
from briefmill.wiring.clock import SystemClock


@contextmanager
def opened(settings: Settings) -> Iterator[Desk]:
    """The desk of a home, closed afterwards. Raises ConfigError, FolderError; makes an empty ledger where none is."""
    settings.folders.state.mkdir(parents=True, exist_ok=True)
    ledger = SqlLedger(settings.ledger, SystemClock())
    try:
        yield Desk(
            records=ledger.records,
            trail=ledger.trail,
            placements=inward.placements(settings),
            inbox=Inbox(
                path=settings.folders.inbox,
                look=lambda path: look(settings, path),
                why=lambda path: inward.why(settings, path),
                claimed=lambda: inward.claimed(settings),
                others=lambda: inward.others(settings),
                put_back=lambda job: inward.return_claim(settings, job),
            ),
            maker=Maker(
                name=making.who_makes(settings),
                paid=making.is_paid(settings),
                quote=lambda frame, wishes, references: quote(settings, ledger, frame, wishes, references),
                words=lambda looked: wordplan.planned(settings, ledger.accounts, looked),
            ),
            camera=shooting.camera(settings, paid=making.is_paid(settings)),
            overnight=lambda job: ledger.overnight.lines(job=job),
            judge=lambda brief: law.judge(settings)(brief, SystemClock().now().date()),
        )
    finally:
        ledger.close()


@contextmanager
def costs(settings: Settings) -> Iterator[Costs]:
    """The money of a home, closed afterwards. Raises ConfigError, FolderError; makes an empty ledger where none is."""
    settings.folders.state.mkdir(parents=True, exist_ok=True)
    clock = SystemClock()
    ledger = SqlLedger(settings.ledger, clock)
    try:
        yield Costs(accounts=ledger.accounts, clock=clock, budgets=paying.standing(settings))
    finally:
        ledger.close()


def quote(settings: Settings, ledger: SqlLedger, frame: Frame, wishes: Rendering, references: int) -> Quote:
    """What one missing picture would cost that goes by so many others; nothing where nobody is paid."""
    if not making.is_paid(settings):
        return Quote()
    provider = shooting.dressed(settings.openai, wishes)
    return paying.quote(settings, ledger.accounts, provider, frame.width, frame.height, references)


def look(settings: Settings, path: Path) -> Looked:
    """Read a brief, bundle folder or zip where it lies, as the intake would after taking it. Raises BriefRefused."""
    from briefmill.intake import assets, bundle

    try:
        drop = bundle.opened(path, inward.limits(settings))
        with drop.brief.open() as file:
            data = file.read()
    except OSError as error:
        raise FolderError(f"{path} cannot be read: {error.strerror or error}.") from error
    reading = inward.reader(settings)(data, drop.name)
    shared = assets.Place(folder=settings.folders.assets, called="the home's assets folder")
    beside = assets.Place(folder=path.resolve().parent, called="the folder of the brief")
    known = [piece.path for piece in drop.files]
    search = assets.find(reading, known, (beside, shared) if drop.alone else (shared,))
    return Looked(
        reading=reading,
        files=frozenset(found.asset.path for found in search.found),
        notices=reading.notices + search.notices,
    )
