"""When a dropped file has come to rest: a pure state machine over looks at it.

`step` compares two looks, `conclude` weighs what was found out about a file that has been quiet for long enough. Time
is the monotonic clock of the caller. A file's own times are compared with each other only, never with any clock: they
may lie in the past (`cp -p`), in the future (a skewed server) or jump (robocopy), and it makes no difference.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from briefmill.intake.lease import Writer


class Shape(StrEnum):
    """What kind of thing lies there."""

    FILE = "file"
    FOLDER = "folder"
    LINK = "link"
    SPECIAL = "special"


class Verdict(StrEnum):
    """Where an entry stands: still changing, not here yet, quiet (to be examined), or ready to be taken."""

    WAITING = "waiting"
    PLACEHOLDER = "placeholder"
    QUIET = "quiet"
    READY = "ready"


class Content(StrEnum):
    """What an examination of the content found."""

    COMPLETE = "complete"
    TRUNCATED = "truncated"
    EMPTY = "empty"
    NO_BRIEF = "no_brief"
    LACKS_FILES = "lacks_files"
    LACKS_PARTS = "lacks_parts"


UNFINISHED: Final = {
    Content.EMPTY: "empty so far",
    Content.TRUNCATED: "cut off so far: it does not parse to its end",
    Content.NO_BRIEF: "no brief in it so far",
    Content.LACKS_FILES: "a file that its brief names is not there so far",
    Content.LACKS_PARTS: "required parts of the brief are not there so far",
}
"""What a person is told of content that may still grow."""


@dataclass(frozen=True, kw_only=True)
class Look:
    """One look at an entry. `size` is bytes, `blocks` units of 512 bytes (None where they mean nothing).

    For a folder, size and blocks are sums, `tree` is a digest over all that lies in it, `absent` is True when one
    of its files has a size but no blocks. `arriving` names a file in it, or beside it, that a tool is still writing.
    `announced` says that whoever brought it also left the marker which says that it is whole.
    """

    device: int
    inode: int
    shape: Shape
    size: int
    mtime_ns: int
    ctime_ns: int
    blocks: int | None = None
    tree: str = ""
    absent: bool = False
    arriving: str = ""
    announced: bool = False

    @property
    def essence(self) -> str:
        """What neither a rename nor another mount of the same file system changes."""
        return f"{self.inode} {self.size} {self.mtime_ns} {self.tree}"

    @property
    def hollow(self) -> bool:
        """True when it has a size but nothing on the disk: an online-only file, or one pre-allocated and not filled."""
        return self.absent or (self.shape is Shape.FILE and self.size > 0 and self.blocks == 0)


@dataclass(frozen=True, kw_only=True)
class Policy:
    """Patience, in seconds: how long an entry must be unchanged, and how long one that is not whole may still grow.

    With `announced_only`, nothing is taken whose marker is not there.
    """

    quiet_s: float = 2.0
    grace_s: float = 60.0
    announced_only: bool = False

    @property
    def again_s(self) -> float:
        """How soon to look again at something that time alone may mend."""
        return max(self.quiet_s, 0.05)

    def grace(self, content: "Content") -> float:
        """Seconds that an entry with this content may still grow, from its last change on; 0 for a whole one.

        YAML that lacks required parts may be half of a brief, if its writer closes the file between appends; far more
        often it is a mistake that somebody wants to hear of soon.
        """
        if content is Content.COMPLETE:
            return 0.0
        whole = max(self.grace_s, self.quiet_s)
        return min(whole, 5 * self.quiet_s) if content is Content.LACKS_PARTS else whole


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What an examination of a quiet entry found."""

    writer: Writer
    content: Content


@dataclass(frozen=True, kw_only=True)
class Settling:
    """An entry on its way. `since` is when this very look was first had, `until` when to look again at the latest.

    `until` is None while only a change can help.
    """

    look: Look
    first: float
    since: float
    verdict: Verdict
    reason: str
    until: float | None


def step(previous: Settling | None, look: Look, now: float, policy: Policy) -> Settling:
    """The next state after another look, `now` on the monotonic clock."""
    if previous is not None and previous.look == look and _stands(previous, now):
        return previous
    first = now if previous is None else previous.first
    since = now if previous is None or previous.look != look else previous.since
    state = Settling(look=look, first=first, since=since, verdict=Verdict.WAITING, reason="", until=None)
    if look.hollow:
        words = "not downloaded yet: it has a size, but nothing of it is on the disk"
        return replace(state, verdict=Verdict.PLACEHOLDER, reason=words)
    arrives_until = since + max(policy.grace_s, policy.quiet_s)
    if look.arriving and now < arrives_until:
        # Past the grace time it is something that a broken transfer left behind.
        words = f"{look.arriving} is still being written"
        return replace(state, reason=words, until=min(now + policy.again_s, arrives_until))
    if look.announced:
        return replace(state, verdict=Verdict.QUIET, reason="its marker says that it is whole")
    if policy.announced_only:
        return replace(state, reason="its marker (NAME.done, or .ready in a folder) is not there so far")
    quiet_at = since + policy.quiet_s
    # Two equal looks are needed even where no quiet time is asked for: one look proves nothing.
    if previous is None or since == now or now < quiet_at:
        return replace(state, reason="just arrived or changed", until=max(quiet_at, now))
    return replace(state, verdict=Verdict.QUIET, reason="unchanged for long enough")


def lies_still(state: Settling) -> bool:
    """Whether nobody writes into an entry any more, be it whole for us or only a folder of pictures without a brief."""
    return state.verdict in {Verdict.QUIET, Verdict.READY} or state.reason == UNFINISHED[Content.NO_BRIEF]


def _stands(state: Settling, now: float) -> bool:
    """Whether time alone changes nothing about it yet."""
    if state.until is None:
        return state.verdict is not Verdict.READY
    return now < state.until


def conclude(quiet: Settling, evidence: Evidence, now: float, policy: Policy) -> Settling:
    """Whether a quiet entry may be taken, by what was found out about it.

    What is not whole after the grace time is taken all the same: the reader refuses it, with its reasons.
    """
    again = now + policy.again_s
    if evidence.writer is Writer.OPEN:
        words = "a program on this machine has it open for writing"
        return replace(quiet, verdict=Verdict.WAITING, reason=words, until=again)
    if evidence.content is Content.COMPLETE:
        return replace(quiet, verdict=Verdict.READY, reason="whole")
    reason = UNFINISHED[evidence.content]
    grace_ends = quiet.since + policy.grace(evidence.content)
    if now < grace_ends and not quiet.look.announced:
        return replace(quiet, verdict=Verdict.WAITING, reason=reason, until=min(again, grace_ends))
    waited = "although its marker says that it is whole" if quiet.look.announced else "and waited for"
    return replace(quiet, verdict=Verdict.READY, reason=f"{reason}, {waited}")
