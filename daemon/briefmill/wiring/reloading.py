"""A new configuration for a running daemon: read as a whole, refused as a whole, or taken over without a gap.

With SIGHUP everything is read anew: the file, `.env`, placements, layouts, prices, brand files, keys in their files. If
anything in it is wrong, nothing of it holds, and log, metric and status line name the place. Else a second house is
built beside the first. The intake of the first ends (what it has claimed is in the ledger), then the second one's
begins; the engine of the first takes nothing more and finishes what it has in hand, by the settings that this was
begun with, while the second one's already takes the rest. So no job waits for another one, and none is begun twice:
who has a claim keeps its lease.
"""

import asyncio
from collections.abc import Callable
from functools import partial

from briefmill.domain.facts import Failed, Reloaded, ReloadRefused
from briefmill.errors import BriefmillError
from briefmill.makers.prices import Prices
from briefmill.rules import brandfile
from briefmill.runtime.reloading import Relay
from briefmill.runtime.supervisor import Part, Run, supervise
from briefmill.settings import Settings, between, config_file, settled
from briefmill.telemetry.notify import Notifier
from briefmill.wiring import inward
from briefmill.wiring.house import Build, House, Residence

EXAMPLE = "example"
"""The brand file that explains itself and belongs to nobody."""


class Succession:
    """Hands the work of one home from one house to the next.

    `reread` reads the settings anew and raises ConfigError (blocks); `build` builds a house on the loop; `applied` is
    told the settings that hold from now on.
    """

    def __init__(
        self,
        residence: Residence,
        *,
        reread: Callable[[], Settings],
        build: Build,
        applied: Callable[[Settings], None],
        notifier: Notifier,
    ) -> None:
        self._residence = residence
        self._reread = reread
        self._build = build
        self._applied = applied
        self._notifier = notifier
        house = residence.now
        self._intake = Relay("intake", house.intake.run, patience_s=5.0)
        self._engine = Relay("engine", house.engine.run, overlapping=True)
        self._beside = Relay("beside", _beside(house), patience_s=sum(part.patience for part in house.beside))
        self._seeing_off: set[asyncio.Task[None]] = set()

    def parts(self) -> list[Part]:
        """The parts of the daemon that do the work, in the order in which they stop."""
        return [
            Part(name="intake", run=self._intake.run, patience_s=5.0),
            Part(name="engine", run=self._engine.run, patience_s=lambda: self._residence.now.settings.engine.drain_s),
            Part(
                name="beside",
                run=self._beside.run,
                patience_s=lambda: sum(part.patience for part in self._residence.now.beside),
            ),
        ]

    async def change(self) -> None:
        """Read the configuration anew and let it hold, or tell why it does not."""
        house = self._residence.now
        listener = house.commons.listener
        self._notifier.reloading()
        try:
            wanted = await house.offload.run(_read, self._reread)
            holding, waiting = settled(house.settings, wanted)
            changed = between(house.settings, holding)
            following = self._build(holding)
        except (BriefmillError, OSError) as error:
            self._residence.refused = str(error)
            listener.hear(ReloadRefused(reason=str(error)))
        except Exception as error:  # noqa: BLE001 - what nobody foresaw in a configuration must not end the work
            self._residence.refused = repr(error)
            listener.hear(Failed(where="config.reload", error=repr(error)))
            listener.hear(ReloadRefused(reason=repr(error)))
        else:
            await self._take_over(following)
            self._residence.refused = ""
            self._applied(holding)
            listener.hear(Reloaded(changed=changed, restart=waiting))
        self._notifier.ready(self._residence.status())

    async def close(self) -> None:
        """Close every house, after all parts have ended."""
        if self._seeing_off:
            await asyncio.wait(self._seeing_off)
        await asyncio.to_thread(self._residence.close)

    async def _take_over(self, following: House) -> None:
        leaving = self._residence.now
        await self._beside.hand_over(_beside(following))
        async with self._residence.turn:
            await self._intake.hand_over(following.intake.run)
            self._residence.leaving.append(leaving)
            self._residence.now = following
        finishing = await self._engine.hand_over(following.engine.run)
        if finishing is not None:
            seeing = asyncio.create_task(self._see_off(leaving, finishing), name="reload.see_off")
            self._seeing_off.add(seeing)
            seeing.add_done_callback(self._seeing_off.discard)

    async def _see_off(self, house: House, finishing: asyncio.Task[None]) -> None:
        await asyncio.wait([finishing])
        await asyncio.to_thread(house.close)
        self._residence.leaving.remove(house)


def _beside(house: House) -> Run:
    return partial(supervise, house.beside, stopping=lambda: None)


def _read(reread: Callable[[], Settings]) -> Settings:
    """The settings, after everything that lies beside them was read as well. Blocks. Raises ConfigError."""
    settings = reread()
    inward.placements(settings)
    Prices.load(config_file(settings.home, "prices.yaml"))
    folder = config_file(settings.home, "brands")
    for path in sorted(folder.glob("*.y*ml")) if folder.is_dir() else ():
        if path.suffix in {".yaml", ".yml"} and path.stem != EXAMPLE:
            brandfile.load(path)
    return settings
