"""Serves the routes where work is done, one call from its reading to its row in the book.

The order is the API's as far as it can be seen: is it a request at all (counted as invalid if not), is there such a
model, what befalls it, is it moderated, is there room in the limits; only then the work, which is charged whatever
becomes of the answer. Lines of batches come the same way, at half the price and past the limits.
"""

import hashlib
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from briefmill.fake_openai import catalogue, images, mischief, moderations, refusals, routing, texts
from briefmill.fake_openai.book import Book, Call
from briefmill.fake_openai.charges import Usage
from briefmill.fake_openai.clock import Clock
from briefmill.fake_openai.faults import Faults, Stroke
from briefmill.fake_openai.limits import Buckets
from briefmill.fake_openai.message import short_hash
from briefmill.fake_openai.scenario import Flagged, Moderation, NotJson, Scenario
from briefmill.fake_openai.shelf import Shelf
from briefmill.fake_openai.work import Task, Work

_KINDS: Final = {"images.generations": "image", "images.edits": "image", "moderations": "moderation"}
_DEFAULTS: Final = {"image": catalogue.DEFAULT_IMAGE, "moderation": catalogue.DEFAULT_MODERATION}


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A call that nobody has looked into yet. `read` gives its parameters, or raises Refusal.

    `share` is the part of the price that it costs; `batch` names the batch that it is a line of.
    """

    route: str
    read: Callable[[], dict[str, Any]]
    at: float
    key: str = ""
    api_key: str = ""
    batch: str = ""
    share: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Served:
    """What a call comes to. `stroke` still has to be done to the answer on its way."""

    status: int
    body: Mapping[str, Any]
    request_id: str
    headers: Mapping[str, str] = field(default_factory=dict)
    usage: Usage = field(default_factory=lambda: Usage(text_in=0))
    events: tuple[tuple[str, dict[str, Any]], ...] = ()
    stroke: Stroke = field(default_factory=Stroke)


@dataclass(kw_only=True)
class _Draft:
    """What is known of a call so far."""

    request_id: str
    model: catalogue.Model | None = None
    model_name: str = ""
    prompt: str = ""
    stroke: Stroke = field(default_factory=Stroke)
    work: Work | None = None


class Till:
    """Serves calls. Safe from any thread."""

    def __init__(self, scenario: Scenario, *, clock: Clock, shelf: Shelf, book: Book, faults: Faults) -> None:
        self._scenario = scenario
        self._shelf = shelf
        self._book = book
        self._faults = faults
        self._buckets = Buckets(scenario.limits, clock)
        self._numbers = itertools.count(1)
        self.models: Mapping[str, catalogue.Model] = {
            name: replace(model, shutdown=scenario.shutdown.get(name, model.shutdown))
            for name, model in catalogue.MODELS.items()
            if name not in scenario.retired
        }

    def request_id(self) -> str:
        """A name for one more call; the same in every run."""
        return f"req_{hashlib.sha256(f'{self._scenario.seed}|{next(self._numbers)}'.encode()).hexdigest()[:32]}"

    def limit_headers(self, route: str) -> Mapping[str, str]:
        """How full the limits are."""
        return self._buckets.headers(images=_kind(route) == "image")

    def serve(self, ask: Ask) -> Served:
        """Answer a call and write it down."""
        draft = _Draft(request_id=self.request_id())
        try:
            work = self._worked(ask, draft)
            body = mischief.deformed(draft.stroke.do, work.body)
            served = Served(
                status=200,
                body=body,
                request_id=draft.request_id,
                usage=work.usage,
                events=tuple((name, mischief.deformed(draft.stroke.do, event)) for name, event in work.events),
                stroke=draft.stroke,
            )
            outcome, detail = mischief.outcome(draft.stroke.do), draft.stroke.rule
            seen = mischief.status(draft.stroke.do, 200)
        except refusals.Refusal as refusal:
            served = Served(
                status=refusal.status,
                body=refusal.body,
                request_id=draft.request_id,
                headers=refusal.headers,
                usage=draft.work.usage if draft.work else Usage(text_in=0),
                stroke=draft.stroke,
            )
            outcome, detail = refusal.outcome, draft.stroke.rule or refusal.message[:500]
            seen = refusal.status
        self._enter(ask, draft, seen, outcome, detail)
        return served

    def _worked(self, ask: Ask, draft: _Draft) -> Work:
        asked = ask.read()
        draft.prompt = _prompt(ask.route, asked)
        task = self._task(ask, asked, draft)
        usage, count, make = self._planned(task)
        stroke = draft.stroke = self._faults.after_reading(
            ask.route, task.model.name, task.prompt, in_batch=bool(ask.batch)
        )
        image = _kind(ask.route) == "image"
        mischief.refuse(stroke.do, model=task.model.name, key=ask.api_key, request_id=draft.request_id, image=image)
        blocked = moderations.found(task.prompt, self._scenario.flagged) if image else ()
        if blocked:
            raise refusals.moderation("input", blocked, draft.request_id)
        if isinstance(stroke.do, NotJson) and stroke.do.status >= 400:
            # The proxy in between has answered: the request never came through.
            words = refusals.error("a page of a proxy", kind="proxy")
            raise refusals.Refusal(status=stroke.do.status, body=words, outcome="not_json")
        if not ask.batch:
            self._buckets.take(task.model.name, tokens=usage.total, images=count)
        work = draft.work = make(stroke)
        if isinstance(stroke.do, Moderation):
            raise refusals.moderation(stroke.do.stage, stroke.do.categories, draft.request_id)
        return work

    def _task(self, ask: Ask, asked: dict[str, Any], draft: _Draft) -> Task:
        kind = _kind(ask.route)
        draft.model_name = str(asked.get("model") or _DEFAULTS.get(kind, ""))
        model = self.models.get(draft.model_name)
        if model is None or model.kind != kind or model.retired(ask.at):
            unknown = refusals.unknown_image_model if kind == "image" else refusals.unknown_model
            raise unknown(draft.model_name)
        draft.model = model
        return Task(
            route=ask.route,
            asked=asked,
            model=model,
            prompt=draft.prompt,
            seed=self._scenario.seed,
            now=ask.at,
            request_id=draft.request_id,
        )

    def _planned(self, task: Task) -> tuple[Usage, int, Callable[[Stroke], Work]]:
        """What a task will take of the limits, how many pictures it is, and the work itself."""
        match task.route:
            case "images.generations" | "images.edits":
                ordered = images.order(task, lambda ident: self._shelf.get(ident).data)
                return (
                    ordered.usage,
                    ordered.count,
                    lambda stroke: images.make(task, ordered, size=mischief.drawn_size(stroke.do)),
                )
            case "moderations":
                return Usage(text_in=0), 0, lambda stroke: self._judged(task, stroke)
            case "responses":
                work = texts.respond(task)
            case _:
                work = texts.complete(task)
        return work.usage, 0, lambda _stroke: work

    def _judged(self, task: Task, stroke: Stroke) -> Work:
        forced = stroke.do.categories if isinstance(stroke.do, Flagged) else ()
        return moderations.judge(task, self._scenario.flagged, forced)

    def _enter(self, ask: Ask, draft: _Draft, status: int, outcome: str, detail: str) -> None:
        cost = 0
        if draft.work is not None and draft.model is not None:
            cost = draft.work.usage.cost_micros(draft.model.rates, ask.share)
        self._book.enter(
            Call(
                number=0,
                at=ask.at,
                route=ask.route,
                model=draft.model_name,
                key=ask.key,
                prompt=short_hash(draft.prompt),
                status=status,
                outcome=outcome,
                detail=detail,
                charged=cost > 0,
                cost_micros=cost,
                images=draft.work.images if draft.work else 0,
                request_id=draft.request_id,
                batch=ask.batch,
            )
        )


def _kind(route: str) -> str:
    return _KINDS.get(route, "text")


def _prompt(route: str, asked: Mapping[str, Any]) -> str:
    if route == "moderations":
        return moderations.words(asked["input"])
    return str(asked["prompt"]) if route in routing.PAID and _kind(route) == "image" else texts.prompt(asked)
