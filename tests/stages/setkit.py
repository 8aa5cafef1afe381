"""Builders of a delivered set: what the documents of a set are made from."""

from datetime import UTC, datetime

from briefmill.domain.artefact import Ref, Snapshot
from briefmill.domain.brief import Alias, Brand, Brief, Copy, Product, Reading
from briefmill.domain.creative import Creative, Origin, Picture
from briefmill.domain.job import Job, Stage, State
from briefmill.domain.placement import Placement
from briefmill.domain.verdict import Finding, Severity
from briefmill.errors import Problem
from briefmill.stages.receipt import ReceiptFacts

NOON = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
SQUARE = Placement(id="1x1", width=1080, height=1080)
STORY = Placement(id="9x16", width=1080, height=1920)
BANNER = Placement(id="728x90", width=728, height=90)


def ref(number: int, *, size: int = 120_000, media_type: str = "image/jpeg") -> Ref:
    return Ref(sha256=f"{number:064x}", size=size, media_type=media_type)


def job(**changes) -> Job:
    return Job(
        **{
            "id": "j_06h0aq5sf8000005",
            "state": State.RUNNING,
            "source": "morning.yaml",
            "source_raw": b"morning.yaml",
            "tenant": "default",
            "created_at": NOON,
            "updated_at": NOON,
            "campaign": "morning-light",
            "revision": 1,
            "stage": Stage.ARCHIVE,
            "cost_micros": 82_400,
            **changes,
        }
    )


def brief(**changes) -> Brief:
    return Brief(
        **{
            "campaign": "morning-light",
            "title": "Morning light",
            "products": (Product(id="cup", name="Stoneware cup"), Product(id="pot", name="Tea pot")),
            "locales": ("en-GB", "ar-EG", "de-DE"),
            "copies": {
                "en-GB": Copy(locale="en-GB", message="Begin gently"),
                "ar-EG": Copy(locale="ar-EG", message="ابدأ بلطف"),
                "de-DE": Copy(locale="de-DE", message="Begin gently", written_for="en-GB"),
            },
            "placements": (SQUARE, STORY, BANNER),
            "brand": Brand(id="hearth", name="Hearth & Clay", palette=("#7A3E2B", "#EFE6DA", "#2F4A4F")),
            "regions": ("GB", "EG", "DE"),
            **changes,
        }
    )


def reading(of: Brief | None = None, **changes) -> Reading:
    return Reading(
        **{
            "brief": of or brief(),
            "aliases": (Alias(written="campaign_message", became="message"),),
            "notices": (
                Problem(
                    code="brief.unknown_key", message="Nothing is known of this field.", field="budgt", line=9, column=1
                ),
            ),
            **changes,
        }
    )


def pictures(of: Brief) -> tuple[Picture, ...]:
    return tuple(
        Picture(
            product=product.id,
            ref=ref(index),
            origin=Origin.GENERATED,
            width=1536,
            height=1024,
            maker="openai",
            model="an-image-model",
            prompt=f"A photograph of {product.name}",
            seed=index,
            cost_micros=41_200,
        )
        for index, product in enumerate(of.products)
    )


def creatives(of: Brief) -> tuple[Creative, ...]:
    wanted = [
        (product, locale, placement) for product in of.products for locale in of.locales for placement in of.placements
    ]
    return tuple(
        Creative(
            product=product.id,
            locale=locale,
            placement=placement.id,
            ref=ref(100 + number),
            width=placement.width,
            height=placement.height,
            extension="jpg",
            quality=88,
            alt_text=f"{product.name}: {of.copy_for(product, locale).message}",
        )
        for number, (product, locale, placement) in enumerate(wanted)
    )


def facts(of: Brief | None = None, **changes) -> ReceiptFacts:
    known = of or brief()
    return ReceiptFacts(
        **{
            "job": job(),
            "snapshot": Snapshot(
                name="morning.yaml",
                brief=ref(900, size=700, media_type="application/yaml"),
                files={"logo.png": ref(901, media_type="image/png"), "art/cup.jpg": ref(902)},
            ),
            "reading": reading(known),
            "pictures": pictures(known),
            "creatives": creatives(known),
            "findings": (),
            "made_at": NOON,
            "versions": {"pillow": "13.0.0", "briefmill": "0.1.0", "openai": "3.54.0", "opencv": "4.14.0"},
            "timings": {"generate": 12.3456, "resize": 0.2},
            **changes,
        }
    )


def finding(**changes) -> Finding:
    return Finding(
        **{
            "rule": "contrast",
            "severity": Severity.ERROR,
            "message": "The message stands out too little: contrast 2.31 to 1, at least 4.5 to 1 is needed.",
            "fix": "Use a calmer picture.",
            "product": "cup",
            "locale": "en-GB",
            "placement": "1x1",
            "value": 2.31,
            "threshold": 4.5,
            "unit": "ratio",
            **changes,
        }
    )
