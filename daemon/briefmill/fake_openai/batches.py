"""Batches: files of requests that are answered within a day at half the price.

Nothing runs by itself. Whoever looks at a batch sees it as far as it would be by the clock: the lines that are due by
then are answered at that look, each as of its own time, and booked. That makes a day of waiting a matter of turning
the clock. What is not done when the window closes, or when somebody cancels, is told in the error file; what was done
by then is in the output file, and is charged.
"""

import hashlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from briefmill.fake_openai import batchfile, refusals
from briefmill.fake_openai.charges import Usage
from briefmill.fake_openai.clock import Clock
from briefmill.fake_openai.message import encoded
from briefmill.fake_openai.scenario import Batches as Pace
from briefmill.fake_openai.shelf import Shelf, page

PRICE: Final = 0.5
"""The share of the price that a line of a batch costs."""
ROUTES: Final[Mapping[str, str]] = {
    "/v1/images/generations": "images.generations",
    "/v1/images/edits": "images.edits",
    "/v1/moderations": "moderations",
    "/v1/responses": "responses",
    "/v1/chat/completions": "chat.completions",
}


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What a line was answered: status, body, and what it used."""

    status: int
    body: Mapping[str, Any]
    request_id: str
    usage: Usage


Run = Callable[[str, batchfile.Line, str, float], Reply]
"""Answers a line: route, line, the batch's id, the time as of which it is answered."""


@dataclass(kw_only=True)
class _Batch:
    ident: str
    endpoint: str
    input_file: str
    created: float
    metadata: Mapping[str, str] | None
    kept_s: float | None
    content: batchfile.Input
    status: str = "validating"
    done: list[tuple[batchfile.Line, Reply]] = field(default_factory=list)
    times: dict[str, int] = field(default_factory=dict)
    output_file: str | None = None
    error_file: str | None = None


class Batches:
    """All batches of one server. Safe from any thread; a look runs what is due, so it may take a while."""

    def __init__(self, pace: Pace, shelf: Shelf, clock: Clock, run: Run) -> None:
        self._pace = pace
        self._shelf = shelf
        self._clock = clock
        self._run = run
        self._batches: dict[str, _Batch] = {}
        self._lock = threading.RLock()

    def create(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Take a batch. Raises Refusal for an endpoint or a file that cannot be used."""
        if asked["endpoint"] not in ROUTES:
            raise refusals.invalid(f"The fake has no batches for {asked['endpoint']}.", param="endpoint")
        file = self._shelf.get(asked["input_file_id"])
        if file.purpose != "batch":
            raise refusals.invalid("The input file must have the purpose 'batch'.", param="input_file_id")
        kept = (asked.get("output_expires_after") or {}).get("seconds")
        if kept is not None and not 3600 <= kept <= 2_592_000:
            raise refusals.invalid(
                "output_expires_after must be 3600 to 2592000 seconds.", param="output_expires_after"
            )
        with self._lock:
            ident = f"batch_{hashlib.sha256(str(len(self._batches)).encode()).hexdigest()[:24]}"
            batch = _Batch(
                ident=ident,
                endpoint=asked["endpoint"],
                input_file=file.ident,
                created=self._clock.now(),
                metadata=asked.get("metadata"),
                kept_s=kept,
                content=batchfile.read(file.data, asked["endpoint"]),
            )
            self._batches[ident] = batch
            return self._shown(batch)

    def retrieve(self, ident: str) -> dict[str, Any]:
        """A batch as it is now. Raises Refusal (404)."""
        with self._lock:
            batch = self._found(ident)
            self._look(batch)
            return self._shown(batch)

    def cancel(self, ident: str) -> dict[str, Any]:
        """Stop a batch; it is `cancelling` in this answer and `cancelled` at the next look. Raises Refusal."""
        with self._lock:
            batch = self._found(ident)
            self._look(batch)
            if batch.status not in {"validating", "in_progress", "finalizing"}:
                raise refusals.Refusal(
                    status=409,
                    body=refusals.error(
                        f"Cannot cancel a batch with status '{batch.status}'.", kind=refusals.REQUEST_TYPE
                    ),
                    outcome="conflict",
                )
            batch.status = "cancelling"
            batch.times["cancelling_at"] = int(self._clock.now())
            return self._shown(batch)

    def listed(self, query: Mapping[str, str]) -> dict[str, Any]:
        """The batches, newest first."""
        with self._lock:
            for batch in self._batches.values():
                self._look(batch)
            return page([self._shown(one) for one in reversed(self._batches.values())], query, most=100, usual=20)

    def _found(self, ident: str) -> _Batch:
        if ident not in self._batches:
            raise refusals.no_such("Batch", ident)
        return self._batches[ident]

    def _look(self, batch: _Batch) -> None:
        """Bring a batch to where it is by the clock."""
        now, end = self._clock.now(), batch.created + self._pace.window_s
        if batch.status == "cancelling":
            self._finish(batch, "cancelled", float(batch.times["cancelling_at"]), "batch_cancelled")
        if batch.status not in {"validating", "in_progress"}:
            return
        if batch.content.errors:
            batch.status = "failed"
            batch.times["failed_at"] = int(batch.created)
            return
        batch.status = "in_progress"
        batch.times["in_progress_at"] = int(batch.created)
        lines = batch.content.lines
        while len(batch.done) < len(lines):
            due = batch.created + self._pace.takes_s * (len(batch.done) + 1) / len(lines)
            if due > min(now, end):
                break
            line = lines[len(batch.done)]
            batch.done.append((line, self._run(ROUTES[batch.endpoint], line, batch.ident, due)))
        if len(batch.done) == len(lines):
            at = batch.created + self._pace.takes_s
            batch.times["finalizing_at"] = int(at)
            self._finish(batch, "completed", at, "")
        elif now >= end:
            self._finish(batch, "expired", end, "batch_expired")

    def _finish(self, batch: _Batch, status: str, at: float, undone: str) -> None:
        batch.status = status
        batch.times[f"{status}_at"] = int(at)
        rows = [(_row(batch, at_line, line, reply), reply.status) for at_line, (line, reply) in enumerate(batch.done)]
        good = [row for row, answered in rows if answered == 200]
        bad = [row for row, answered in rows if answered != 200]
        words = {
            "batch_expired": "This request could not be executed before the completion window expired.",
            "batch_cancelled": "This request was not executed: the batch was cancelled.",
        }
        bad += [
            _row(batch, number, line, None, {"code": undone, "message": words[undone]})
            for number, line in enumerate(batch.content.lines)
            if number >= len(batch.done)
        ]
        batch.output_file = self._written(batch, "output", good, at)
        batch.error_file = self._written(batch, "error", bad, at)

    def _written(self, batch: _Batch, kind: str, rows: list[dict[str, Any]], at: float) -> str | None:
        if not rows:
            return None
        data = b"".join(encoded(row) + b"\n" for row in rows)
        name = f"{batch.ident}_{kind}.jsonl"
        return self._shelf.put(data, name=name, purpose="batch_output", at=at, kept_s=batch.kept_s).ident

    def _shown(self, batch: _Batch) -> dict[str, Any]:
        replies = [reply for _line, reply in batch.done]
        usage = Usage(
            text_in=sum(reply.usage.text_in for reply in replies),
            image_in=sum(reply.usage.image_in for reply in replies),
            out=sum(reply.usage.out for reply in replies),
        )
        return {
            "id": batch.ident,
            "object": "batch",
            "endpoint": batch.endpoint,
            "model": str(batch.content.lines[0].body.get("model")) if batch.content.lines else None,
            "errors": {"object": "list", "data": list(batch.content.errors)} if batch.status == "failed" else None,
            "input_file_id": batch.input_file,
            "completion_window": "24h",
            "status": batch.status,
            "output_file_id": batch.output_file,
            "error_file_id": batch.error_file,
            "created_at": int(batch.created),
            "expires_at": int(batch.created + self._pace.window_s),
            **batch.times,
            "request_counts": {
                "total": len(batch.content.lines),
                "completed": sum(reply.status == 200 for reply in replies),
                "failed": sum(reply.status != 200 for reply in replies),
            },
            "usage": usage.as_response(),
            "metadata": batch.metadata,
        }


def _row(
    batch: _Batch, number: int, line: batchfile.Line, reply: Reply | None, error: Mapping[str, str] | None = None
) -> dict[str, Any]:
    response = None
    if reply is not None:
        response = {"status_code": reply.status, "request_id": reply.request_id, "body": reply.body}
    return {
        "id": f"batch_req_{batch.ident.removeprefix('batch_')}{number:05d}",
        "custom_id": line.custom_id,
        "response": response,
        "error": error,
    }
