"""The sections of the configuration: every key with its type, its bounds, its default and one sentence about it.

The sentence is what `briefmill config show` prints; the reasons for the defaults stand in `config/briefmill.toml`, and
a test holds both to the same values. Units are in the names: `_s` seconds, `_bytes` bytes, `_share` 0 to 1.
"""

import re
import sys
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    SecretStr,
    ValidationInfo,
    field_validator,
)

from briefmill.domain.rendering import Rendering
from briefmill.settings import telling

_FLOORS: Final = {"auto": (256 * 2**20, 0.01), "off": (0, 0.0)}
_UNITS: Final = {
    "%": 0, "B": 1, "bytes": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12, "KiB": 2**10, "MiB": 2**20,
    "GiB": 2**30, "TiB": 2**40,
}  # fmt: skip


def _octal(value: Any) -> int:
    # TOML 0644 is no number and 644 is another one, so a mode is always written as a string.
    if not isinstance(value, str) or not 3 <= len(value) <= 4 or not set(value) <= set("01234567"):
        raise ValueError('write a file mode as a string of octal digits, such as "0644"')
    return int(value, 8)


def _folder(path: Path) -> Path:
    text = str(path)
    if text.startswith("~"):
        raise ValueError("write the whole path: ~ is not expanded here")
    if not text.isprintable():
        raise ValueError("a folder's name must not hold control characters")
    return path


def split_address(listen: str) -> tuple[str, int]:
    """Host and port of `host:port`, IPv6 hosts in brackets. Raises ValueError in words for people."""
    host, colon, port = listen.rpartition(":")
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    well_formed = colon and bare and (":" not in bare or bare != host)
    if not well_formed or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise ValueError('write host:port, such as "127.0.0.1:9464", or "" for none')
    return bare, int(port)


def _listed(value: object) -> object:
    """A list, also as the environment writes one: `message, alt`."""
    return (
        tuple(part for part in (one.strip() for one in value.split(",")) if part) if isinstance(value, str) else value
    )


def split_floor(floor: str) -> tuple[int, float]:
    """Bytes and share of the disk meant by `500 MB`, `2 %`, `off` or `auto`. Raises ValueError in words for people."""
    if floor in _FLOORS:
        return _FLOORS[floor]
    found = re.fullmatch(r"(\d{1,12}(?:\.\d{1,6})?) *([A-Za-z%]*)", floor)
    if found is None or found[2] not in _UNITS:
        raise ValueError('write an amount with its unit, such as "500 MB", "2 GiB" or "2 %", or "auto", or "off"')
    if found[2] == "%":
        share = float(found[1]) / 100
        if share > 0.5:
            raise ValueError("no more than half of a disk can be kept free")
        return sys.maxsize, share
    return int(float(found[1]) * _UNITS[found[2]]), 1.0


def _floor(value: str) -> str:
    split_floor(value)
    return value


def _listen(value: str) -> str:
    if value:
        split_address(value)
    return value


def _base_url(value: str) -> str:
    if not value:
        return value
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError('write a whole address, such as "https://host/v1", or "" for the provider\'s own')
    if parts.username or parts.password:
        raise ValueError("the address must not carry a user name or password")
    return value.rstrip("/")


_HEADER: Final = r"^[A-Za-z][A-Za-z0-9-]{0,63}$"
_HEADER_VALUE: Final = r"^[\x21-\x7e]([\x20-\x7e]{0,510}[\x21-\x7e])?$"

Mode = Annotated[int, BeforeValidator(_octal), PlainSerializer(lambda mode: f"{mode:04o}", return_type=str)]
Folder = Annotated[Path, AfterValidator(_folder)]


class Section(BaseModel):
    """Base of all sections: frozen, unknown keys refused, defaults held to the same rules as what people write."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_default=True, allow_inf_nan=False, hide_input_in_errors=True
    )

    @field_validator("*", mode="before")
    @classmethod
    def _no_bool_for_a_number(cls, value: Any, info: ValidationInfo) -> Any:
        # pydantic takes `true` for 1; nobody who writes `quiet_s = true` means one second.
        if isinstance(value, bool) and cls.model_fields[str(info.field_name)].annotation is not bool:
            raise ValueError("true and false have no meaning here")
        return value


class Folders(Section):
    """Where things lie. Relative paths start at the home; after loading all are absolute."""

    inbox: Folder = Field(Path("inbox"), description="Where briefs are dropped.")
    outbox: Folder = Field(Path("outbox"), description="Where finished campaigns appear.")
    rejected: Folder = Field(Path("rejected"), description="Where refused briefs go, with their reasons.")
    state: Folder = Field(Path("state"), description="Database, work files and caches; local disk only.")
    archive: Folder = Field(Path("archive"), description="What finished jobs leave behind, by content.")
    assets: Folder = Field(Path("assets"), description="Shared pictures, logos and fonts that briefs may name.")


class Intake(Section):
    """How files are noticed and when they are taken."""

    quiet_s: float = Field(2.0, ge=0, le=3600, description="Seconds a file must stay unchanged before it is taken.")
    interval_s: float = Field(5.0, ge=0.05, le=3600, description="Seconds between scans that no event asked for.")
    grace_s: float = Field(60.0, ge=0, le=86400, description="Seconds an unreadable or empty brief may still grow.")
    done_marker: Literal["optional", "required"] = Field(
        "optional", description="Whether NAME.done (or .ready in a folder) must say that a drop is whole."
    )
    temporary_names: tuple[str, ...] = Field((), description="More name patterns (globs) of files still on their way.")
    junk_names: tuple[str, ...] = Field((), description="More name patterns (globs) of files that are never a brief.")
    placeholder_names: tuple[str, ...] = Field((), description="More name patterns (globs) of files not downloaded.")
    watcher: Literal["auto", "native", "polling", "off"] = Field(
        "auto", description="How to hear of new files; auto chooses by file system."
    )
    marker: bool = Field(True, description="Take files only while the inbox carries the marker that `init` made.")
    max_claims_per_scan: int = Field(1024, ge=1, le=10_000, description="Briefs taken in one scan at most.")
    duplicates: Literal["record", "rerun"] = Field(
        "record", description="What the same bytes again mean: a recorded duplicate, or a new revision."
    )
    max_brief_bytes: int = Field(1_048_576, ge=1024, description="Bytes of a brief file at most.")
    max_bundle_bytes: int = Field(2_147_483_648, ge=1024, description="Bytes of a bundle, unpacked, at most.")


class Engine(Section):
    """How much is done at once, and how failures are met."""

    workers: int = Field(0, ge=0, le=256, description="Pixel worker processes; 0 means one per core.")
    generate_concurrency: int = Field(4, ge=1, le=256, description="Jobs whose pictures are made at the same time.")
    archive_concurrency: int = Field(2, ge=1, le=64, description="Jobs archived and published at the same time.")
    lease_s: float = Field(60.0, ge=5, le=3600, description="Seconds a silent worker keeps its claim.")
    attempts: int = Field(4, ge=1, le=100, description="Tries of one stage before the job is given up.")
    worker_timeout_s: float = Field(
        120.0, ge=1, le=86400, description="Seconds a worker gets for one brief, and 10 more for each creative."
    )
    worker_memory_bytes: int = Field(
        3_221_225_472, ge=0, le=2**46, description="Bytes a worker may map beyond its libraries; 0 for no bound."
    )
    drain_s: float = Field(30.0, ge=0, le=3600, description="Seconds that running work gets to finish at a stop.")


class Generate(Section):
    """Who makes the pictures that a brief does not bring."""

    maker: Literal["auto", "procedural", "openai"] = Field(
        "auto", description="auto asks OpenAI when a key is there, else draws by itself."
    )
    picture_long_edge: int = Field(1536, ge=256, le=4096, description="Pixels of a made picture's longer edge.")
    shown_share: float = Field(
        0.6, ge=0.4, le=0.95, description="Share of a bought picture that each placement shows, along either side."
    )


class Provider(Section):
    """An account at whoever speaks OpenAI's protocol. The key is a secret and never in the TOML."""

    api_key: SecretStr | None = Field(None, description="The secret key, from a credential, the environment or .env.")
    base_url: Annotated[str, AfterValidator(_base_url)] = Field(
        "", description="Another address that speaks the same protocol; empty for OpenAI itself."
    )
    model: str = Field("gpt-image-2.6-flare", min_length=1, max_length=200, description="The image model.")
    quality: Literal["auto", "low", "medium", "high", "xhigh", "max"] = Field(
        "medium", description="Quality, and with it the price; not every model knows xhigh and max."
    )
    complexity: Literal["", "low", "medium", "high"] = Field(
        "", description="How much the model plans ahead, where it knows that; empty leaves it to the model."
    )
    background: Literal["auto", "opaque", "transparent"] = Field(
        "auto", description="The ground of pictures; transparent needs png or webp."
    )
    output_format: Literal["png", "jpeg", "webp"] = Field("png", description="The format in which pictures come.")
    output_compression: int = Field(100, ge=0, le=100, description="How much of a jpeg or webp is kept; 100: all.")
    moderation_level: Literal["auto", "low"] = Field(
        "auto", description="How strictly the image model itself looks; a brief can only ask for more."
    )
    concurrency: int = Field(8, ge=1, le=256, description="Calls for pictures under way at the same time at most.")
    timeout_s: float = Field(180.0, ge=1, le=3600, description="Seconds to wait for one picture.")
    key_header: str = Field(
        "Authorization", pattern=_HEADER, description="The header of the key: Authorization (Bearer), or its own."
    )
    headers: dict[Annotated[str, Field(pattern=_HEADER)], Annotated[str, Field(pattern=_HEADER_VALUE)]] = Field(
        default_factory=dict, description="More headers for each call; no secrets."
    )

    @property
    def rendering(self) -> Rendering:
        """What is wished of the pictures' rendering."""
        return Rendering(
            quality=self.quality,
            complexity=self.complexity,
            background=self.background,
            format=self.output_format,
            compression=self.output_compression,
            moderation=self.moderation_level,
        )


class OpenAI(Provider):
    """The account that missing pictures are bought from: OpenAI's own, or another with the same protocol."""

    moderation: Literal["auto", "on", "off"] = Field(
        "auto", description="Show words and pictures to the safety system; auto does where base_url is empty."
    )
    requests_per_minute: float = Field(30.0, gt=0, le=100_000, description="Requests a minute over all workers.")


class Fallback(Provider):
    """A second account with the same protocol, asked while the first cannot be. Without a key there is none."""


class Words(Section):
    """Words that a brief leaves open."""

    maker: Literal["auto", "openai", "none"] = Field(
        "auto", description="auto has them written where pictures are bought; none shows the source's words."
    )
    write: Annotated[tuple[Literal["message", "cta", "alt", "prompt"], ...], BeforeValidator(_listed)] = Field(
        ("message",), description="What is written where the brief leaves it open: message, cta, alt, prompt."
    )
    model: str = Field("gpt-5.4-mini", min_length=1, max_length=200, description="The text model.")
    fallback_model: str = Field(
        "", max_length=200, description="The text model of the second account; empty: the same as the first."
    )
    api: Literal["responses", "chat"] = Field(
        "responses", description="How the model is asked; chat for gateways that know nothing newer."
    )
    requests_per_minute: float = Field(
        60.0, gt=0, le=100_000, description="Requests for words a minute over all workers."
    )
    approval: Literal["none", "hold", "always"] = Field(
        "none",
        description="hold: a person looks at machine-made words, unless the brief says not; always: in any case.",
    )
    unfit: Literal["hold", "reject", "source"] = Field(
        "hold", description="Words that could not be written hold or reject the job, or leave the source's words."
    )


class Overnight(Section):
    """Briefs with `delivery: overnight`: their pictures are bought in batches, at half the price."""

    collect_for_s: float = Field(900.0, ge=0, le=86400, description="Seconds that wishes are collected for one batch.")
    max_lines: int = Field(500, ge=1, le=50_000, description="Pictures in one batch at most; so many are sent at once.")
    look_every_s: float = Field(60.0, ge=0.1, le=3600, description="Seconds between looks at what is under way.")


class Cache(Section):
    """Made pictures that are kept, so that the same is not paid for twice."""

    max_bytes: int = Field(
        5_368_709_120, ge=0, le=2**50, description="Bytes kept at most, the oldest in use go first; 0 for no bound."
    )
    max_age_days: float = Field(0.0, ge=0, le=36_500, description="Days a picture stays unused; 0 for no bound.")
    share_between_tenants: bool = Field(False, description="Give one tenant what another has paid for.")


class Limits(Section):
    """How much may be spent; 0 for no limit."""

    day_usd: float = Field(0.0, ge=0, le=1e9, description="US dollars on one day (UTC); 0 for no limit.")
    month_usd: float = Field(0.0, ge=0, le=1e9, description="US dollars in one month (UTC); 0 for no limit.")
    campaign_usd: float = Field(0.0, ge=0, le=1e9, description="US dollars on one campaign; 0 for no limit.")


class Budget(Limits):
    """What paid calls may cost. A job that would go beyond is held, with the figures."""

    tenants: dict[str, Limits] = Field(
        default_factory=dict, description="Limits of single tenants, as tables: [budget.tenants.NAME]."
    )


class Output(Section):
    """The files that are delivered."""

    format: Literal["", "jpg", "png", "webp", "avif"] = Field(
        "", description="One format for every creative; empty for what each placement likes best."
    )
    quality: int = Field(88, ge=40, le=100, description="Encoder quality where no byte cap asks for less.")
    same_type_size: bool = Field(False, description="Set each text in one size in all locales of a placement.")
    file_mode: Mode = Field("0644", description="Mode of delivered files.")  # type: ignore[assignment]
    dir_mode: Mode = Field("0755", description="Mode of delivered folders.")  # type: ignore[assignment]
    group: str = Field(
        "", max_length=64, description="Group of what is delivered, by name or number; empty: as it comes."
    )


class Disk(Section):
    """Room that is kept free."""

    floor: Annotated[str, AfterValidator(_floor)] = Field(
        "auto", description='Free room below which everything pauses: "500 MB", "2 %", "off", or "auto".'
    )

    @property
    def least(self) -> tuple[int, float]:
        """The floor as bytes and as a share of the disk; the smaller of the two holds."""
        return split_floor(self.floor)


class Compliance(Section):
    """Thresholds of the rules; a brand file or a brief may only tighten them."""

    contrast: float = Field(4.5, ge=1, le=21, description="Least contrast ratio of text (WCAG 2.2).")
    contrast_large: float = Field(3.0, ge=1, le=21, description="Least contrast ratio of large text (WCAG 2.2).")
    max_upscale: float = Field(1.5, ge=1, le=10, description="How many times a source may be enlarged.")
    logo_min_share: float = Field(0.05, ge=0, le=1, description="Logo's least share of the creative's shorter edge.")
    palette_tolerance: float = Field(10.0, ge=0, le=100, description="Colour distance (dE2000) that is still on brand.")
    face_model: str = Field("", description="A YuNet model (.onnx) to find faces with; empty: OpenCV's cascades.")
    tesseract: str = Field("auto", description="The program that reads words in made pictures; auto: where it is.")
    search_logos: bool = Field(True, description="Search supplied and made pictures for the brand's logo.")
    on_error: Literal["reject", "deliver_passing", "hold"] = Field(
        "reject", description="A broken rule rejects the brief, its creatives alone, or holds the set for a person."
    )
    on_warning: Literal["deliver", "deliver_passing", "hold", "reject"] = Field(
        "deliver", description="The same of a warning; deliver shows it with the set."
    )
    on_advice: Literal["deliver", "deliver_passing", "hold", "reject"] = Field(
        "deliver", description="The same of a piece of advice."
    )


class Provenance(Section):
    """The record of origin in each delivered file, and who signs it."""

    enabled: bool = Field(True, description="Sign a record of origin (C2PA) into each file.")
    certificate: str = Field(
        "", max_length=4096, description="A certificate chain (PEM, leaf first); empty: the home's development one."
    )
    key: str = Field("", max_length=4096, description="The private key of that certificate (PEM, mode 0600).")


class Telemetry(Section):
    """What can be asked of the running daemon over HTTP."""

    listen: Annotated[str, AfterValidator(_listen)] = Field(
        "127.0.0.1:9464", description="host:port of /metrics, /healthz and /readyz; empty for none."
    )

    heartbeat: Annotated[float, BeforeValidator(telling.seconds)] = Field(
        0.0, description="How often a brief of Briefmill's own tries the way, such as 15m; 0 for never."
    )
    otlp_endpoint: Annotated[str, AfterValidator(telling.endpoint)] = Field(
        "", description="Where traces are sent (OTLP over HTTP), such as http://127.0.0.1:4318; empty for nowhere."
    )

    @property
    def address(self) -> tuple[str, int] | None:
        """Host and port, None when nothing shall listen."""
        return split_address(self.listen) if self.listen else None


class Logging(Section):
    """Log lines, on standard error."""

    format: Literal["auto", "console", "json"] = Field(
        "auto", description="auto is console on a terminal and under systemd, else JSON."
    )
    level: Literal["debug", "info", "warning", "error"] = Field("info", description="The least that is logged.")
