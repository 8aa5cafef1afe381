"""The five stages as the engine's lanes run them, and how a job is closed.

Every method here may be repeated after a crash: artefacts are content-addressed, the maker finds what was paid for in
its cache, and the publisher knows a folder it has already published.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from briefmill.domain import codec, violation
from briefmill.domain.artefact import Ref, Snapshot
from briefmill.domain.brief import Brief, Reading
from briefmill.domain.creative import Creative, Cutout, Picture
from briefmill.domain.job import Job, Stage, State
from briefmill.domain.verdict import Finding, Severity
from briefmill.domain.violation import Decision, Place, Placed, Policy, Violation
from briefmill.engine.offload import Offload
from briefmill.engine.scribe import Scribe
from briefmill.engine.workers import Workers
from briefmill.errors import NotFound, Permanent, Problem
from briefmill.ports import Claim, Clock, Finish, ImageMaker, Package, Publisher, StageResult, Store
from briefmill.receipts import signature, verification
from briefmill.rules import summary
from briefmill.stages import archive, generate, order, page, parting, reasons, receipt, reuse, task, translate

CREATIVE_S: Final = 10.0
"""Seconds that one creative may take of a worker: a hundred times what it takes."""

PROBE_S: Final = 60.0
"""Seconds to look into one supplied picture."""


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """What the stages need beyond ports.

    `maker_for` is asked for the maker of a job, with True where its pictures have a night's time.
    `camera` is how pictures are asked for.
    A worker process gets `pixel_timeout_s` for one brief, and `CREATIVE_S` more for each creative of it. `policy` is
    what becomes of a set in which something was found, as far as its brief does not say otherwise; `released` says
    whether a person sent a job on while a mark stood in its reason. `sign` gives a receipt's signature; None where
    this home signs nothing. `judge` is asked what is wrong with a brief's words under the law of a day, before
    anything is paid.
    """

    maker_for: Callable[[Job, bool], ImageMaker]
    prompt: generate.Prompt
    scribe: Scribe = field(default_factory=Scribe)
    making: task.Making
    versions: Mapping[str, str]
    camera: generate.Camera = field(default_factory=generate.Camera)
    pixel_timeout_s: float = 120.0
    policy: Policy = field(default_factory=Policy)
    released: Callable[[Job, str], bool] = lambda _job, _mark: False
    sign: Callable[[bytes], bytes] | None = None
    judge: Callable[[Brief, date], tuple[Finding, ...]] = lambda _brief, _on: ()


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """The stages' performers.

    `original` finds what was dropped for a job, `reread` reads a snapshot's brief once more, `earlier` gives the
    recorded outputs of the campaign's last revision that was composed, empty where there is none. `archive_of` gives
    the store that a job is archived in, where that is not `archive_store`.
    """

    store: Store
    archive_store: Store
    publisher: Publisher
    workers: Workers
    offload: Offload
    clock: Clock
    recipe: Recipe
    original: Callable[[Job], Path | None]
    reread: Callable[[Snapshot], Reading]
    earlier: Callable[[Job], Mapping[Stage, Mapping[str, Any]]]
    archive_of: Callable[[Job], Store | None] = lambda _: None

    async def generate(self, claim: Claim) -> Finish:
        """Stage 1, in a thread; pixels are touched in a worker process."""
        made = await self.offload.run(self._generate, claim)
        if isinstance(made, Finish):
            return made
        if made.violation is Violation.REJECT:
            told = reasons.Refusal(job=claim.job, findings=made.findings, drawn=False, refusing=made.refusing)
            await self._publish_refusal(told, {})
        return Finish(results=(), state=_rest(made), reason=_told(made), findings=made.findings)

    def _generate(self, claim: Claim) -> Finish | Decision:
        """The stage; or the decision over words that nothing shall be paid for."""
        began, started = self._now()
        reading, job, scribe = self._reading(claim), claim.job, self.recipe.scribe
        if not (decision := self._judged(job, reading.brief)).goes_out:
            return decision
        written = scribe.write(job, reading.brief, lambda: self._pictured(reading.brief, claim.snapshot))
        if written and not (decision := self._judged(job, translate.applied(reading, written).brief)).goes_out:
            return decision
        if reason := scribe.waits(job, reading.brief, written):
            return Finish(results=(), state=State.HELD, reason=reason)
        brief = translate.applied(reading, written).brief
        tools = generate.Tools(
            store=self.store,
            maker=self.recipe.maker_for(claim.job, brief.overnight),
            probe=self._probe,
            prompt=self.recipe.prompt,
            cut=self._cut,
            camera=self.recipe.camera,
        )
        pictures = generate.run(brief, claim.snapshot, tools)
        output = {
            "pictures": [codec.plain(picture) for picture in pictures],
            "words": [codec.plain(one) for one in written],
        }
        return Finish(results=(self._result(Stage.GENERATE, began, started, output),))

    def _judged(self, job: Job, brief: Brief) -> Decision:
        """What becomes of a brief by its words alone. Nothing is paid for a product of which nothing would be left."""
        found = self.recipe.judge(brief, self.clock.now().date())
        wanted = _wanted(brief)
        decision = self._decided(job, brief, wanted, found)
        gone = {one.product for one in wanted} - {one.product for one in wanted if not decision.keeps_back(one)}
        return replace(decision, violation=Violation.REJECT) if decision.goes_out and gone else decision

    def _decided(self, job: Job, brief: Brief, wanted: Sequence[Placed], found: Sequence[Finding]) -> Decision:
        decision = violation.decide(wanted, found, self.recipe.policy.wished(brief.on_violation))
        seen = decision.mark and self.recipe.released(job, decision.mark)
        return Decision() if seen else decision

    def _pictured(self, brief: Brief, snapshot: Snapshot) -> frozenset[str]:
        """The products whose pictures are made, and made by what a prompt says of them. Raises BriefRefused."""
        orders = (generate.order(brief, product, snapshot.files, self.recipe.camera) for product in brief.products)
        return frozenset(order.product.id for order in orders if order.frames and not order.exact)

    def _probe(self, ref: Ref) -> tuple[int, int]:
        size: tuple[int, int] = self.workers.call(
            task.PROBE, task.ProbeTask(store=self.store, ref=ref), timeout_s=PROBE_S
        )
        return size

    def _cut(self, ref: Ref) -> Cutout:
        made: Cutout = self.workers.call(task.CUT, task.ProbeTask(store=self.store, ref=ref), timeout_s=PROBE_S)
        return made

    async def pixels(self, claim: Claim) -> Finish:
        """Stages 2 to 4 in one worker process; a verdict that does not pass is published as a refusal here."""
        reading = await self.offload.run(self._reading, claim)
        pictures = codec.load(tuple[Picture, ...], claim.outputs[Stage.GENERATE]["pictures"])
        wanted = task.PixelTask(
            brief=reading.brief,
            snapshot=claim.snapshot,
            pictures=pictures,
            making=self.recipe.making,
            earlier=await self.offload.run(self._earlier, claim.job),
            on=self.clock.now().date(),
            refusing=self.recipe.policy.wished(reading.brief.on_violation).refusing,
        )
        ordered = await self.offload.run(self._ordered, wanted)
        patience = self.recipe.pixel_timeout_s + CREATIVE_S * reading.brief.creative_count
        work: task.PixelWork = await self.offload.run(self.workers.call, task.RUN, wanted, timeout_s=patience)
        decision = await self.offload.run(self._decided, claim.job, reading.brief, work.creatives, work.findings)
        outputs = _outputs(work, decision)
        outputs[Stage.RESIZE] |= {"placements": len(reading.brief.placements), "pictures": len(pictures)}
        outputs[Stage.OVERLAY]["order"] = codec.plain(ordered)
        results = tuple(
            StageResult(
                stage=stage,
                outcome="rejected" if stage is Stage.COMPLIANCE and not decision.goes_out else "ok",
                started_at=work.timings[stage].started_at,
                duration_s=work.timings[stage].duration_s,
                output={**outputs[stage], "seconds": work.timings[stage].duration_s},
            )
            for stage in claim.stages
        )
        if decision.goes_out:
            return Finish(results=results)
        if decision.violation is Violation.REJECT:
            told = reasons.Refusal(
                job=claim.job,
                findings=work.findings,
                refusing=decision.refusing,
                pictures=frozenset(work.marked),
            )
            await self._publish_refusal(told, {"contact-sheet.jpg": work.sheet, **work.marked})
        return Finish(results=results, creatives=work.creatives, state=_rest(decision), reason=_told(decision))

    async def archive(self, claim: Claim) -> Finish:
        """Stage 5: archive, then publish into the outbox; the job is delivered when both are done."""
        began, started = self._now()
        package, creatives, manifest = await self.offload.run(self._archived, claim)
        folder = await self.publisher.deliver(package)
        output = {"manifest": codec.plain(manifest), "folder": folder}
        left = len(codec.load(list[str], claim.outputs[Stage.COMPLIANCE].get("refused", [])))
        return Finish(
            results=(self._result(Stage.ARCHIVE, began, started, output),),
            state=State.DELIVERED,
            reason=f"{summary.counted(left, 'creative')} left out: see REASONS.md." if left else "",
            creatives=creatives,
        )

    def _archived(self, claim: Claim) -> tuple[Package, tuple[Creative, ...], Ref]:
        """Archive a set; gives what is to be published, the creatives in it, and the archive's manifest."""
        facts = self._facts(claim, self._reading(claim))
        files: dict[str, Ref | bytes] = {creative.path: creative.ref for creative in facts.creatives}
        for one in facts.creatives:
            if one.provenance and one.provenance.sidecar:
                files[f"{one.path}.c2pa"] = one.provenance.sidecar
        files["index.html"] = page.render(facts).encode()
        files["contact-sheet.jpg"] = codec.load(Ref, claim.outputs[Stage.COMPLIANCE]["sheet"])
        files |= _beside(claim, facts)
        documents = self._signed(codec.document(receipt.build(facts, files)))
        to = self.archive_of(claim.job) or self.archive_store
        lasting = documents | _ordered_files(facts)
        kept = archive.run(claim.job.id, claim.snapshot, facts.pictures, lasting, work=self.store, to=to)
        job = claim.job
        package = Package(job=job.id, folder=job.folder, files=files | documents, rehearsal=job.rehearsal)
        return package, facts.creatives, kept.manifest

    def _signed(self, document: bytes) -> dict[str, Ref | bytes]:
        """The receipt, and its signature where this home signs."""
        if self.recipe.sign is None:
            return {verification.FILE: document}
        return {verification.FILE: document, signature.FILE: self.recipe.sign(document)}

    def _ordered(self, wanted: task.PixelTask) -> Ref:
        return self.store.put(order.dumps(order.of(wanted)), "application/json")

    async def refuse(self, job: Job, problems: tuple[Problem, ...]) -> str:
        """Publish the refusal of a job that failed before it had a verdict."""
        return await self._publish_refusal(reasons.Refusal(job=job, problems=problems, drawn=False), {})

    async def _publish_refusal(self, told: reasons.Refusal, files: Mapping[str, Ref | bytes]) -> str:
        package = Package(
            job=told.job.id,
            folder=told.job.source,
            files={**reasons.files(told), **files},
            rehearsal=told.job.rehearsal,
        )
        return await self.publisher.reject(package, self.original(told.job))

    def _facts(self, claim: Claim, reading: Reading) -> receipt.ReceiptFacts:
        outputs = claim.outputs
        told = outputs[Stage.OVERLAY].get("order")
        ordered = codec.load(Ref, told) if told else None
        parts = parting.part(
            codec.load(tuple[Creative, ...], outputs[Stage.OVERLAY]["creatives"]),
            codec.load(tuple[Finding, ...], outputs[Stage.COMPLIANCE]["findings"]),
            codec.load(frozenset[str], outputs[Stage.COMPLIANCE].get("refused", ())),
        )
        return receipt.ReceiptFacts(
            job=claim.job,
            snapshot=claim.snapshot,
            reading=reading,
            pictures=codec.load(tuple[Picture, ...], outputs[Stage.GENERATE]["pictures"]),
            creatives=parts.creatives,
            findings=parts.findings,
            left_out=parts.left_out,
            made_at=self.clock.now(),
            versions=self.recipe.versions,
            words=_words(claim),
            law=codec.load(dict[str, Any], outputs[Stage.COMPLIANCE].get("law", {})),
            order=order.loads(self.store.get(ordered)) if ordered else None,
            order_ref=ordered,
            timings={stage: codec.load(float, output["seconds"]) for stage, output in outputs.items()},
        )

    def _earlier(self, job: Job) -> reuse.Earlier:
        return reuse.earlier(self.earlier(job))

    def _reading(self, claim: Claim) -> Reading:
        """What was understood of a brief, with the words that were written for it since."""
        try:
            reading = codec.loads(Reading, self.store.get(claim.reading))
        except (NotFound, Permanent):
            # It was not waited for until it lay on the disk, and a power cut came first.
            reading = self.reread(claim.snapshot)
        return translate.applied(reading, _words(claim))

    def _now(self) -> tuple[float, datetime]:
        return self.clock.monotonic(), self.clock.now()

    def _result(self, stage: Stage, began: float, started: datetime, output: Mapping[str, object]) -> StageResult:
        took = self.clock.monotonic() - began
        return StageResult(
            stage=stage, outcome="ok", started_at=started, duration_s=took, output={**output, "seconds": took}
        )


def _ordered_files(facts: receipt.ReceiptFacts) -> dict[str, Ref | bytes]:
    """What the archive keeps so that a set can be made again, by name."""
    if facts.order is None or facts.order_ref is None:
        return {}
    kept: dict[str, Ref | bytes] = {"order.json": facts.order_ref}
    kept |= {f"left_out/{one.creative.path}": one.creative.ref for one in facts.left_out}
    if facts.order.brand_file is not None:
        kept["brand.yaml"] = facts.order.brand_file
    return kept


def _outputs(work: task.PixelWork, decision: Decision) -> dict[Stage, dict[str, object]]:
    """What is recorded of the pixel stages, by stage; what is decided here holds for the archive stage, too."""
    return {
        Stage.RESIZE: {},
        Stage.OVERLAY: {
            "creatives": [codec.plain(creative) for creative in work.creatives],
            "keys": list(work.keys),
            "layouts": dict(work.layouts),
            "reused": work.reused,
        },
        Stage.COMPLIANCE: {
            "findings": [codec.plain(finding) for finding in work.findings],
            "sheet": codec.plain(work.sheet),
            "law": dict(work.law),
            "refused": [one.path for one in work.creatives if decision.keeps_back(one)],
            "refusing": sorted(map(str, decision.refusing)),
            "marked": {path: codec.plain(ref) for path, ref in work.marked.items()},
        },
    }


def _beside(claim: Claim, facts: receipt.ReceiptFacts) -> dict[str, Ref | bytes]:
    """What tells, in a delivered folder, of the creatives that were kept back; nothing where all went out."""
    if not facts.left_out:
        return {}
    output = claim.outputs[Stage.COMPLIANCE]
    marked = codec.load(dict[str, Ref], output.get("marked", {}))
    found = codec.load(tuple[Finding, ...], output["findings"])
    told = reasons.Refusal(
        job=claim.job,
        # In the order in which they were found, by which the marks are numbered.
        findings=tuple(finding for finding in found if any(finding in one.findings for one in facts.left_out)),
        refusing=frozenset(codec.load(list[Severity], output.get("refusing", [Severity.ERROR]))),
        pictures=frozenset(marked),
        left_out=tuple(one.creative.path for one in facts.left_out),
        delivered=len(facts.creatives),
    )
    return {**reasons.files(told), **marked}


def _wanted(brief: Brief) -> tuple[Place, ...]:
    return tuple(
        Place(product=product.id, locale=locale, placement=placement.id)
        for product in brief.products
        for locale in brief.locales
        for placement in brief.placements
    )


def _rest(decision: Decision) -> State:
    return State.HELD if decision.violation is Violation.HOLD else State.REJECTED


def _told(decision: Decision) -> str:
    """Why a set does not go out, in one line; with the mark that a person's word is about."""
    why = reasons.summary((), decision.because)
    return f"{why} `briefmill jobs release` delivers it all the same ({decision.mark})." if decision.mark else why


def _words(claim: Claim) -> tuple[translate.Written, ...]:
    """The words that were written for a claimed job."""
    return codec.load(tuple[translate.Written, ...], claim.outputs.get(Stage.GENERATE, {}).get("words", ()))
