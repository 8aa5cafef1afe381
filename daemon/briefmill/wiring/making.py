"""Who makes the pictures of a home, and what the stages are given."""

from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from briefmill import __version__
from briefmill.domain.job import Job, Stage, State
from briefmill.domain.violation import Policy, Violation
from briefmill.engine.workers import Workers
from briefmill.errors import ConfigError
from briefmill.ledger.offices import Offices
from briefmill.makers import procedural, prompt
from briefmill.makers.cached import Flights
from briefmill.ports import ImageMaker, JobQuery, Listener, Records, Store
from briefmill.provenance.sealing import Sealing
from briefmill.rules.thresholds import Thresholds
from briefmill.settings import Settings, config_file
from briefmill.stages import layoutbook
from briefmill.stages.task import Making, Press
from briefmill.wiring import buying, law, looking, shooting
from briefmill.wiring.buying import Shelf

LIBRARIES: Final = (
    *("pillow", "opencv-python-headless", "numpy", "fonttools", "resvg-py", "simplejpeg", "cykooz-resizer"),
    *("pyphen", "python-bidi", "budoux", "babel", "c2pa-python", "openai"),
    *(f"justmytype-{name}" for name in ("intl-cjk", "intl-rtl", "intl-sea", "intl-south-asia", "western-core")),
)
"""The packages whose versions a receipt names: those that touch the files, and the fonts."""

_LOOK_BACK: Final = 5
"""How many jobs of a campaign are asked for the last set that was composed: refusals before it have none."""

write_prompt = prompt.write


def is_paid(settings: Settings) -> bool:
    """True when missing pictures are bought. Raises ConfigError when they should be and there is no key."""
    if settings.generate.maker == "openai" and settings.openai.api_key is None:
        raise ConfigError(
            'generate.maker is "openai", but there is no key. Set OPENAI_API_KEY in the environment or in .env, '
            'or set generate.maker to "procedural".'
        )
    return settings.generate.maker == "openai" or (
        settings.generate.maker == "auto" and settings.openai.api_key is not None
    )


def bucket(settings: Settings) -> str | None:
    """The bucket that is held for all jobs while a provider wants to be left alone; None where nobody is asked.

    How often one is asked is counted by the call: see `wiring.limits`.
    """
    return "pictures" if is_paid(settings) else None


def who_makes(settings: Settings) -> str:
    """Who makes missing pictures, in words."""
    if is_paid(settings):
        return f"OpenAI ({settings.openai.model}, {settings.openai.quality} quality)"
    reason = "no OpenAI key" if settings.generate.maker == "auto" else "set in the configuration"
    return f"the built-in maker ({reason})"


def makers(
    settings: Settings, ledger: Offices, *, store: Store, workers: Workers, listener: Listener, flights: Flights
) -> Callable[[Job, bool], ImageMaker]:
    """The maker for each job: the cache, then whoever is paid; or the cache and the built-in one.

    With True it is for a job that has a night's time. `flights` are those of all makers over this home's cache.
    """
    index = settings.folders.state / "cache"
    shelf = Shelf(store=store, index=index, flights=flights, listener=listener)
    if is_paid(settings):
        return buying.makers(
            settings,
            shelf,
            purse=ledger.purse,
            accounts=ledger.accounts,
            post=ledger.overnight,
            buckets=ledger.buckets,
            listener=listener,
            prepare=shooting.preparing(store, workers),
        )
    drawing = shelf.before(procedural.ProceduralMaker(workers.call), variant=procedural.MODEL)
    return lambda _job, _has_time: drawing


def for_workers(settings: Settings, store: Store, *, sealing: Sealing | None = None) -> Making:
    """What the pixel stages need of the settings; without a `sealing` no file gets a record of origin."""
    wishes = settings.compliance
    return Making(
        store=store,
        brands=config_file(settings.home, "brands"),
        layouts=layoutbook.read(config_file(settings.home, "layouts")),
        thresholds=Thresholds(
            contrast=wishes.contrast,
            contrast_large=wishes.contrast_large,
            max_upscale=wishes.max_upscale,
            logo_min_share=wishes.logo_min_share,
            palette_tolerance=wishes.palette_tolerance,
        ),
        press=Press(extension=settings.output.format, quality=settings.output.quality),
        same_type_size=settings.output.same_type_size,
        sealing=sealing,
        looking=looking.of(settings),
        law=law.book(settings),
    )


def policy(settings: Settings) -> Policy:
    """What becomes of a set in which something was found, as far as its brief does not say otherwise."""
    wishes = settings.compliance
    return Policy(
        error=Violation(wishes.on_error), warning=Violation(wishes.on_warning), advice=Violation(wishes.on_advice)
    )


def last_made(records: Records, job: Job) -> Mapping[Stage, Mapping[str, object]]:
    """The recorded outputs, by stage, of the last composed set of a job's campaign; empty where there is none."""
    if not job.campaign or job.rehearsal:
        return {}
    rested = (State.DELIVERED, State.REJECTED, State.HELD)
    for one in records.jobs(JobQuery(states=rested, campaign=job.campaign, tenant=job.tenant, limit=_LOOK_BACK)):
        outputs = {run.stage: run.output for run in records.history(one.id)}
        if Stage.OVERLAY in outputs and Stage.COMPLIANCE in outputs:
            return outputs
    return {}


def versions() -> Mapping[str, str]:
    """Briefmill's version and those of the libraries that touch the files."""
    return {"briefmill": __version__, **{name: _version(name) for name in LIBRARIES}}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"  # one of them has no wheel for every machine
