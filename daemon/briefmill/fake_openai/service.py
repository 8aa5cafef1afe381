"""The API without its wires: a request in, an answer out, a row in the book for each.

It checks the key, finds the route, reads the parameters and hands on: to the till where work is done, to the shelf and
the batches for the rest. `wire` knows sockets and nothing of this; tests of the API's sense need no socket.
"""

from collections.abc import Mapping
from typing import Any

from briefmill.fake_openai import batchfile, contract, form, mischief, refusals, routing
from briefmill.fake_openai.batches import PRICE, Batches, Reply
from briefmill.fake_openai.book import Book, Call
from briefmill.fake_openai.clock import Clock
from briefmill.fake_openai.faults import Faults, Stroke
from briefmill.fake_openai.message import Answer, Request, encoded
from briefmill.fake_openai.routing import Place
from briefmill.fake_openai.scenario import NotJson, Scenario
from briefmill.fake_openai.shelf import Shelf
from briefmill.fake_openai.till import Ask, Served, Till


class Service:
    """Answers requests as one account's OpenAI. Safe from any thread."""

    def __init__(self, scenario: Scenario, *, key: str, clock: Clock, book: Book) -> None:
        self._key = key
        self._azure = scenario.azure
        self._clock = clock
        self._book = book
        self._faults = Faults(scenario.rules, scenario.seed, clock.now)
        self._shelf = Shelf(clock)
        self._till = Till(scenario, clock=clock, shelf=self._shelf, book=book, faults=self._faults)
        self._batches = Batches(scenario.batches, self._shelf, clock, self._line)

    def cut_at_the_door(self, method: str, path: str, headers: Mapping[str, str]) -> bool:
        """Whether the line goes dead before the request is read; it is in the book then."""
        place = routing.find(method, path)
        if place is None or not self._faults.at_the_door(place.route):
            return False
        self._enter(place.route, method, 0, "cut_before", headers=headers)
        return True

    def answer(self, request: Request) -> Answer:
        """Answer one request."""
        place = routing.find(request.method, request.path)
        if place is not None and place.route in routing.PAID:
            try:
                self._check_key(request.headers)
            except refusals.Refusal as refusal:
                self._enter(place.route, request.method, refusal.status, refusal.outcome, headers=request.headers)
                return self._refused(refusal)
            return self._paid(place, request)
        stroke, status, outcome, detail = Stroke(), 200, "ok", ""
        try:
            if place is None:
                raise refusals.not_found(request.method, request.path)
            self._check_key(request.headers)
            stroke = self._faults.after_reading(place.route, "", "")
            mischief.refuse(stroke.do, model="", key=self._key, request_id="req_fake", image=False)
            answer = self._kept(place, request)
            status, outcome = mischief.status(stroke.do, 200), mischief.outcome(stroke.do)
        except refusals.Refusal as refusal:
            answer = self._refused(refusal)
            status, outcome, detail = refusal.status, refusal.outcome, refusal.message[:500]
        answer = self._late(mischief.sent(stroke.do, answer), stroke)
        route = place.route if place else ""
        self._enter(route, request.method, status, outcome, detail=detail, headers=request.headers)
        return answer

    def _paid(self, place: Place, request: Request) -> Answer:
        served = self._till.serve(
            Ask(
                route=place.route,
                read=lambda: self._parameters(place, request),
                at=self._clock.now(),
                key=request.headers.get("idempotency-key", ""),
                api_key=_key_in(request.headers, azure=self._azure) or "",
            )
        )
        headers = {**self._till.limit_headers(place.route), **_headers(served.request_id), **served.headers}
        if served.events:
            body, kind = _stream(served), "text/event-stream"
        else:
            body, kind = encoded(served.body), "application/json"
        answer = Answer(status=served.status, body=body, content_type=kind, headers=headers)
        do = served.stroke.do
        if served.status == 200 or isinstance(do, NotJson):
            answer = mischief.sent(do, answer)
        return self._late(answer, served.stroke)

    def _parameters(self, place: Place, request: Request) -> dict[str, Any]:
        """The checked parameters of a request, from JSON or from a form. Raises Refusal."""
        content_type = request.headers.get("content-type", "")
        if place.route == "images.edits" and content_type.startswith("multipart/"):
            return contract.check("images.edits.form", form.read(content_type, request.body).values)
        told = request.json()
        if place.route in {"responses", "chat.completions"} and isinstance(told, dict) and told.get("stream") is True:
            raise refusals.Refusal(
                status=400,
                body=refusals.error("The fake does not stream texts.", kind="fake", code="fake_cannot", param="stream"),
                outcome="fake_cannot",
            )
        return contract.check(place.route, told)

    def _kept(self, place: Place, request: Request) -> Answer:
        """The routes that do no work: models, files, batches."""
        match place.route, place.action:
            case "models", "list":
                now = self._clock.now()
                shown = [model.shown() for model in self._till.models.values() if not model.retired(now)]
                return self._ok({"object": "list", "data": shown})
            case "models", _:
                model = self._till.models.get(place.ident)
                if model is None or model.retired(self._clock.now()):
                    raise refusals.unknown_model(place.ident)
                return self._ok(model.shown())
            case "files", "content":
                data = self._shelf.get(place.ident).data
                headers = _headers(self._till.request_id())
                return Answer(status=200, body=data, content_type="application/octet-stream", headers=headers)
            case "files", action:
                return self._ok(self._file(action, place.ident, request))
            case "batches", "create":
                return self._ok(self._batches.create(contract.check("batches", request.json())))
            case "batches", "list":
                return self._ok(self._batches.listed(request.query))
            case "batches", "cancel":
                return self._ok(self._batches.cancel(place.ident))
            case _:
                return self._ok(self._batches.retrieve(place.ident))

    def _file(self, action: str, ident: str, request: Request) -> dict[str, Any]:
        match action:
            case "list":
                return self._shelf.listed(request.query)
            case "delete":
                return self._shelf.delete(ident)
            case "retrieve":
                return self._shelf.get(ident).shown()
            case _:
                sent = form.read(request.headers.get("content-type", ""), request.body)
                told = contract.check("files.form", sent.values)
                kept = (told.get("expires_after") or {}).get("seconds")
                name = sent.file_names.get("file", "upload")
                now = self._clock.now()
                file = self._shelf.put(told["file"], name=name, purpose=told["purpose"], at=now, kept_s=kept)
                return file.shown()

    def _line(self, route: str, line: batchfile.Line, batch: str, at: float) -> Reply:
        served = self._till.serve(
            Ask(
                route=route,
                read=lambda: contract.check(route, line.body),
                at=at,
                key=line.custom_id,
                api_key=self._key,
                batch=batch,
                share=PRICE,
            )
        )
        return Reply(status=served.status, body=served.body, request_id=served.request_id, usage=served.usage)

    def _check_key(self, headers: Mapping[str, str]) -> None:
        told = _key_in(headers, azure=self._azure)
        if told is None:
            raise refusals.missing_key()
        if told != self._key:
            raise refusals.invalid_key(told)

    def _ok(self, body: Mapping[str, Any]) -> Answer:
        return Answer(status=200, body=encoded(body), headers=_headers(self._till.request_id()))

    def _refused(self, refusal: refusals.Refusal) -> Answer:
        headers = {**_headers(self._till.request_id()), **refusal.headers}
        return Answer(status=refusal.status, body=encoded(refusal.body), headers=headers)

    def _late(self, answer: Answer, stroke: Stroke) -> Answer:
        return Answer(**{**vars(answer), "latency_s": stroke.latency_s})

    def _enter(
        self, route: str, method: str, status: int, outcome: str, *, headers: Mapping[str, str], detail: str = ""
    ) -> None:
        self._book.enter(
            Call(
                number=0,
                at=self._clock.now(),
                route=route,
                method=method,
                key=headers.get("idempotency-key", ""),
                status=status,
                outcome=outcome,
                detail=detail,
            )
        )


def _key_in(headers: Mapping[str, str], *, azure: bool) -> str | None:
    if azure and "api-key" in headers:
        return headers["api-key"]
    scheme, _, told = headers.get("authorization", "").partition(" ")
    return told.strip() if scheme.casefold() == "bearer" and told.strip() else None


def _headers(request_id: str) -> dict[str, str]:
    return {"x-request-id": request_id, "openai-organization": "org-fake", "openai-version": "2020-10-01"}


def _stream(served: Served) -> bytes:
    return b"".join(b"event: " + name.encode() + b"\ndata: " + encoded(body) + b"\n\n" for name, body in served.events)
