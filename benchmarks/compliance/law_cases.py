"""Cases for the rules of law that ship: sentences as advertisements write them, and small print on a creative.

The sentences were written, and judged, by what the law says and not by the words that a rule lists: some are inflected
or spelt otherwise than any list has it, others use the same words for something harmless.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

import numpy as np
import photos
from labels import LIMITS, Case, composed, over, subject, text

from briefmill.domain.brief import Brief, Copy, Product
from briefmill.domain.creative import TextBlock, TextRole
from briefmill.domain.placement import Placement
from briefmill.rules import claims, disclaimers, disclosure, lawbook, lawfile, market, smallprint
from briefmill.rules.demand import Demand
from briefmill.rules.disclosure import Facts
from briefmill.rules.lawbook import Known, Lawbook, Pixels, Real
from briefmill.settings import shipped_config

CLAIMS = "law: claims"
SMALL_PRINT = "law: small print"
DUTIES = "law: disclosures"
DAY = date(2026, 11, 23)
CANVAS = Placement(id="1080x1080", width=1080, height=1080)

SAID: dict[str, tuple[tuple[str, str, bool, str], ...]] = {
    "eu-green-claims": (
        ("de-DE", "", True, "Umweltfreundlicher Kaffee für jeden Morgen"),
        ("en-IE", "", True, "The Eco-Friendly way to travel"),
        ("fr-FR", "", True, "Une lessive écologique et douce"),
        ("es-ES", "", True, "Detergente ecológico para tu hogar"),
        ("it-IT", "", True, "Un packaging ecosostenibile"),
        ("nl-NL", "", True, "Milieuvriendelijke verpakking"),
        ("de-AT", "", True, "Gut für den Planeten, gut für dich"),
        ("sv-SE", "", True, "Miljövänliga val för hela familjen"),
        ("de-DE", "", False, "Die Dose besteht zu 70 % aus Altmetall"),
        ("fr-FR", "", False, "Un café doux pour vos matins"),
        ("de-DE", "", False, "Ein ruhiger Ort am Meer"),
        ("en-IE", "", False, "An echo of the sea in every room"),
        ("en-US", "", False, "The eco-friendly way to travel"),
        ("de-DE", "", True, "Eine umweltfreundlichere Wahl"),
        ("fr-FR", "", True, "Des emballages éco-responsables"),
        ("en-IE", "", True, "Kind to the planet. Tough on stains."),
        ("es-ES", "", True, "Botellas biodegradables"),
        ("de-DE", "", False, "Biologischer Anbau ist es nicht, aber gut"),
        ("it-IT", "", False, "Il bosco dietro casa"),
    ),
    "eu-climate-offsets": (
        ("de-DE", "", True, "Klimaneutrale Lieferung bis an deine Tür"),
        ("en-IE", "", True, "Your carbon-neutral morning"),
        ("fr-FR", "", True, "Une voiture neutre en carbone"),
        ("nl-BE", "", True, "Klimaatneutraal onderweg"),
        ("es-ES", "", True, "Envío neutro en carbono"),
        ("pl-PL", "", True, "Produkt neutralny dla klimatu"),
        ("en-IE", "", False, "Carbon fibre, neutral steering"),
        ("de-DE", "", False, "Neutraler Geschmack, klares Wasser"),
        ("de-DE", "", False, "Das Klima im Büro stimmt"),
        ("fr-FR", "", False, "Un cadre en carbone léger"),
        ("de-DE", "", True, "CO2-neutral unterwegs"),
        ("it-IT", "", True, "Spedizioni a impatto zero"),
        ("en-IE", "", True, "A net-zero coffee"),
        ("de-DE", "", False, "Null Zucker, volles Aroma"),
    ),
    "eu-green-words": (
        ("de-DE", "", True, "Nachhaltige Mode für den Herbst"),
        ("en-IE", "", True, "Choose the sustainable sofa"),
        ("fr-FR", "", True, "Une mode durable"),
        ("es-ES", "", True, "Moda sostenible"),
        ("it-IT", "", True, "Moda sostenibile per tutti"),
        ("da-DK", "", True, "Bæredygtigt tøj"),
        ("en-IE", "", False, "A sustained note of vanilla"),
        ("de-DE", "", False, "Grüner Tee aus Japan"),
        ("en-IE", "", False, "Evergreen forests wait for you"),
        ("nl-NL", "", True, "Duurzame meubels voor thuis"),
        ("de-DE", "", True, "Ein nachhaltiges Zuhause"),
        ("nl-NL", "", False, "Een groene jas voor de herfst"),
        ("de-DE", "", False, "Der grüne Pullover ist zurück"),
    ),
    "us-green-claims": (
        ("en-US", "", True, "The planet-friendly detergent"),
        ("en-US", "", True, "A greener clean"),
        ("en-US", "", True, "Biodegradable bags, happy dogs"),
        ("en-US", "", True, "Eco friendly from day one"),
        ("en-US", "", False, "Green apples, crisp mornings"),
        ("en-US", "", False, "Made with 50% recycled paper"),
        ("en-US", "", False, "A bowl of greens"),
        ("en-GB", "", False, "Nothing but fresh air"),
        ("en-US", "", True, "Sustainable style for every season"),
        ("en-US", "", True, "An earth-friendly way to clean"),
        ("en-US", "", False, "Greenwich nights, city lights"),
        ("en-US", "", False, "Ecuadorian chocolate, slowly made"),
    ),
    "gb-green-claims": (
        ("en-GB", "", True, "Good for the planet, great for you"),
        ("en-GB", "", True, "Our most eco-friendly bottle"),
        ("en-GB", "", True, "100% sustainable packaging"),
        ("en-GB", "", True, "Zero carbon travel starts here"),
        ("en-GB", "", False, "Village greens and summer fairs"),
        ("en-GB", "", False, "A planet of flavours"),
        ("en-GB", "", False, "The bottle is made of recycled glass"),
        ("en-GB", "", True, "Carbon neutral since Monday"),
        ("en-GB", "", True, "A better choice for the environment"),
        ("en-GB", "", False, "Greengage jam on toast"),
    ),
    "eu-food-cures": (
        ("de-DE", "food", True, "Dieser Tee heilt Erkältungen"),
        ("en-IE", "supplements", True, "Prevents cancer naturally"),
        ("fr-FR", "food", True, "Ce jus guérit le rhume"),
        ("es-ES", "food", True, "Cura el resfriado en dos días"),
        ("it-IT", "supplements", True, "Previene le malattie"),
        ("de-DE", "food", False, "Tee, der wärmt"),
        ("en-IE", "food", False, "Home-cured ham with treacle"),
        ("fr-FR", "food", False, "Un jus pressé à froid"),
        ("en-IE", "", False, "A treat for the whole family"),
        ("de-DE", "supplements", True, "Lindert Gelenkschmerzen"),
        ("fr-FR", "supplements", True, "Soulage les maux de tête"),
        ("en-IE", "food", True, "The soup that fights disease"),
        ("en-IE", "food", False, "Prevents nothing but hunger"),
        ("es-ES", "food", False, "Sano, sabroso y fácil"),
    ),
    "cure-claims": (
        ("en-US", "", True, "The miracle cure for back pain"),
        ("en-GB", "", True, "Cures acne overnight"),
        ("de-DE", "", True, "Das Wundermittel gegen Schmerzen"),
        ("fr-FR", "", True, "Un remède miracle contre les rides"),
        ("es-MX", "", True, "Cura milagrosa para el dolor"),
        ("ja-JP", "", True, "奇跡の治療法"),
        ("zh-CN", "", True, "根治失眠"),
        ("en-US", "", False, "Cured salmon on rye"),
        ("en-GB", "", False, "A curated wardrobe"),
        ("de-DE", "", False, "Heilbronn feiert den Sommer"),
        ("es-MX", "", False, "Con mucha locura por el sabor"),
        ("en-US", "", True, "Heals eczema in three days"),
        ("fr-FR", "", True, "Guérit la migraine"),
        ("ko-KR", "", True, "기적의 치료제"),
        ("en-US", "", False, "Time heals, so does tea"),
        ("de-DE", "", False, "Heil und ganz zu Hause angekommen"),
    ),
    "medical-figures": (
        ("en-US", "", True, "Clinically proven to smooth skin"),
        ("de-DE", "", True, "Klinisch getestet, sichtbar wirksam"),
        ("fr-FR", "", True, "Efficacité cliniquement prouvée"),
        ("es-ES", "", True, "Clínicamente probado"),
        ("en-GB", "", True, "Recommended by 9 out of 10 doctors"),
        ("en-US", "", False, "Proven recipes from grandma"),
        ("en-US", "", False, "Test drive it today"),
        ("de-DE", "", False, "Im Alltag erprobt"),
        ("en-GB", "", True, "8 out of 10 dentists agree"),
        ("de-DE", "", True, "Von Ärzten empfohlen"),
        ("es-MX", "", True, "Recomendado por dermatólogos"),
        ("en-GB", "", False, "8 out of 10 cats prefer it"),
        ("de-DE", "", False, "Von Freunden empfohlen"),
    ),
    "superlatives": (
        ("en-GB", "", True, "The world's best burger"),
        ("de-DE", "", True, "Deutschlands bester Tarif"),
        ("en-US", "", True, "Number one in comfort"),
        ("fr-FR", "", True, "Le meilleur café du monde"),
        ("es-ES", "", True, "El número 1 en ventas"),
        ("it-IT", "", True, "La migliore pizza d'Italia"),
        ("en-US", "", False, "All the best for your journey"),
        ("en-US", "", False, "Breakfast worth waking up for"),
        ("de-DE", "", False, "Das Beste kommt zum Schluss: du"),
        ("en-GB", "", False, "A world of burgers"),
        ("en-US", "", True, "America's favorite burger"),
        ("de-DE", "", True, "Die beste Pizza der Welt"),
        ("fr-FR", "", True, "Le n° 1 du café"),
        ("pl-PL", "", True, "Najlepsza kawa w Polsce"),
        ("en-GB", "", False, "Man's best friend deserves more"),
        ("fr-FR", "", False, "Le meilleur reste à venir"),
        ("es-ES", "", False, "Mejor juntos"),
    ),
    "cn-absolute-terms": (
        ("zh-CN", "", True, "国家级品质"),
        ("zh-CN", "", True, "全网最低价"),
        ("zh-CN", "", True, "最好的咖啡"),
        ("zh-CN", "", True, "销量第一"),
        ("zh-CN", "", False, "一杯好咖啡"),
        ("zh-CN", "", False, "夏天从这里开始"),
        ("zh-TW", "", False, "給自己一杯好咖啡"),
        ("zh-CN", "", True, "行业领先,第一品牌"),
        ("zh-CN", "", True, "史上最强咖啡"),
        ("zh-CN", "", False, "第一次的味道"),
        ("zh-CN", "", False, "和最爱的人在一起"),
    ),
    "jp-best-claims": (
        ("ja-JP", "", True, "業界最安値に挑戦"),
        ("ja-JP", "", True, "売上No.1のシャンプー"),
        ("ja-JP", "", True, "日本一のカレー"),
        ("ja-JP", "", False, "朝の一杯をゆっくりと"),
        ("ja-JP", "", False, "日本の夏を楽しもう"),
        ("ja-JP", "", False, "やさしい香り"),
        ("ja-JP", "", True, "世界初の技術"),
        ("ja-JP", "", True, "満足度ナンバーワン"),
        ("ja-JP", "", False, "世界を旅する香り"),
    ),
    "free-offers": (
        ("en-US", "", True, "Get a free mug with every order"),
        ("de-DE", "", True, "Jetzt gratis testen"),
        ("fr-FR", "", True, "Un mois gratuit"),
        ("es-ES", "", True, "Envío gratis"),
        ("pl-PL", "", True, "Dostawa gratis"),
        ("en-US", "", False, "Feel free to dream"),
        ("en-US", "", False, "Sugar-free, worry-free"),
        ("de-DE", "", False, "Freiheit auf zwei Rädern"),
        ("en-GB", "", False, "Freedom comes in blue"),
        ("en-GB", "", True, "Free delivery, always"),
        ("it-IT", "", True, "Spedizione gratuita"),
        ("de-DE", "", True, "Kostenlose Lieferung"),
        ("en-GB", "", False, "Cruelty-free beauty"),
        ("en-US", "", False, "Hands-free, wire-free"),
    ),
    "eu-price-reductions": (
        ("de-DE", "", True, "Jetzt 20 % sparen"),
        ("fr-FR", "", True, "-30 % sur toute la collection"),
        ("en-IE", "", True, "Up to 50% off"),
        ("es-ES", "", True, "Rebajas de verano: hasta 40 % de descuento"),
        ("it-IT", "", True, "Saldi: sconti fino al 60%"),
        ("de-DE", "", False, "100 % Baumwolle"),
        ("fr-FR", "", False, "70 % de cacao"),
        ("en-IE", "", False, "Off to the beach"),
        ("en-US", "", False, "Up to 50% off"),
        ("de-DE", "", True, "Bis zu 60 % reduziert"),
        ("fr-FR", "", True, "Jusqu’à 40 % de réduction"),
        ("nl-NL", "", True, "Nu 25% korting"),
        ("de-DE", "", False, "Zu 60 % aus Wolle"),
        ("nl-NL", "", False, "Met 25% meer cacao"),
    ),
    "limited-offers": (
        ("en-US", "", True, "Hurry, today only!"),
        ("de-DE", "", True, "Nur noch heute"),
        ("en-GB", "", True, "Last chance to save"),
        ("fr-FR", "", True, "Offre limitée"),
        ("es-ES", "", True, "Últimas unidades: solo hoy"),
        ("en-US", "", False, "Made for today"),
        ("en-GB", "", False, "No need to hurry home"),
        ("de-DE", "", False, "Heute ist ein guter Tag"),
        ("en-US", "", True, "Limited time only"),
        ("it-IT", "", True, "Solo per oggi"),
        ("de-DE", "", True, "Nur solange der Vorrat reicht"),
        ("en-US", "", False, "Unlimited time for you"),
        ("de-DE", "", False, "Noch heute unterwegs ans Meer"),
    ),
    "profanity": (
        ("en-US", "", True, "Fucking great shoes"),
        ("en-GB", "", True, "Sh1t happens"),
        ("de-DE", "", True, "Verdammte Scheiße, ist das gut"),
        ("fr-FR", "", True, "Putain, c'est bon"),
        ("es-ES", "", True, "Joder, qué bueno"),
        ("it-IT", "", True, "Che cazzo di sconto"),
        ("ru-RU", "", True, "Охуенный кофе"),
        ("en-US", "", False, "Shiitake and scallions"),
        ("en-GB", "", False, "Visit Penistone this summer"),
        ("de-DE", "", False, "Ein Aschenputtel für heute"),
        ("en-US", "", False, "Assorted cocktails and a classic"),
        ("es-ES", "", False, "Computadoras para todos"),
        ("en-US", "", True, "No bullsh*t, only coffee"),
        ("de-DE", "", True, "Fick dich, Montag"),
        ("pl-PL", "", True, "Kurwa, ale dobre"),
        ("en-US", "", False, "Dickens on every shelf"),
        ("de-DE", "", False, "Wichsleinwand und Farbe"),
    ),
    "mild-profanity": (
        ("en-US", "", True, "Damn fine coffee"),
        ("en-GB", "", True, "Bloody good tea"),
        ("de-DE", "", True, "Verdammt lecker"),
        ("en-US", "", False, "Dampen the cloth, then wipe"),
        ("en-GB", "", False, "Blood oranges, just in"),
        ("de-DE", "", False, "Verdammen wir den Winter nicht"),
        ("en-US", "", True, "This sucks less"),
        ("de-DE", "", True, "Geile Preise"),
        ("en-US", "", False, "Suckling pig, slow roast"),
    ),
    "guarantees": (
        ("en-US", "", True, "Guaranteed results in a week"),
        ("de-DE", "", True, "Garantiert schlanker in 14 Tagen"),
        ("fr-FR", "", True, "Résultats garantis"),
        ("es-ES", "", True, "Resultados garantizados"),
        ("en-US", "", True, "Lose weight or your money back, results guaranteed"),
        ("en-US", "", False, "Results you can feel"),
        ("de-DE", "", False, "Mit einem Lächeln garniert"),
        ("en-GB", "", False, "Your neighbourhood guard dog"),
        ("en-GB", "", True, "Guaranteed to make you smile"),
        ("es-ES", "", True, "Éxito garantizado"),
        ("de-DE", "", True, "Erfolg garantiert"),
        ("en-GB", "", False, "Five-year guarantee on parts"),
    ),
    "certain-profits": (
        ("en-US", "investment", True, "Risk-free returns, every month"),
        ("de-DE", "investment", True, "Garantierte Rendite von 8 %"),
        ("en-GB", "crypto", True, "Double your money, guaranteed profits"),
        ("fr-FR", "investment", True, "Un rendement garanti, sans risque"),
        ("en-US", "investment", False, "Returns can go down as well as up"),
        ("de-DE", "investment", False, "Rendite braucht Geduld"),
        ("en-US", "", False, "Risk-free returns within 30 days"),
        ("es-ES", "investment", True, "Rentabilidad garantizada"),
        ("en-GB", "crypto", True, "Guaranteed returns on your coins"),
        ("en-GB", "investment", False, "Guaranteed next-day answers"),
    ),
    "eu-cfd-losses": (
        ("de-DE", "investment", True, "Jetzt CFDs handeln"),
        ("en-GB", "investment", True, "Trade CFDs on gold"),
        ("en-IE", "investment", True, "Contracts for difference made simple"),
        ("en-GB", "investment", False, "Trade shares from your phone"),
        ("de-DE", "", False, "Der Kanal CF in neuer Ordnung"),
    ),
    "eu-alcohol-health": (
        ("de-DE", "alcohol", True, "Ein gesundes Bier für jeden Tag"),
        ("fr-FR", "alcohol", True, "Un vin bon pour la santé"),
        ("en-GB", "alcohol", True, "The healthy gin"),
        ("it-IT", "alcohol", True, "Un vino che fa bene alla salute"),
        ("de-DE", "alcohol", False, "Ein Bier nach alter Art"),
        ("en-GB", "alcohol", False, "A gin with seven botanicals"),
        ("de-DE", "", False, "Ein gesundes Frühstück"),
        ("es-ES", "alcohol", True, "Un vino saludable"),
        ("de-DE", "alcohol", False, "Ein Wein vom Gesundbrunnen"),
    ),
    "fr-alcohol-mood": (
        ("fr-FR", "alcohol", True, "La fête commence ici"),
        ("fr-FR", "alcohol", True, "Le goût du succès"),
        ("fr-FR", "alcohol", False, "Élevé douze mois en fût de chêne"),
        ("fr-FR", "alcohol", False, "Un vin de Bordeaux"),
        ("fr-FR", "", False, "La fête commence ici"),
        ("fr-FR", "alcohol", True, "Pour vos soirées entre amis"),
        ("fr-FR", "alcohol", False, "Un cidre brut de Normandie"),
    ),
}  # fmt: skip
"""By rule: locale, vertical, whether the rule must find something, and the words. Rules were mended from them since."""


@cache
def law() -> Lawbook:
    """The rules that ship."""
    return lawfile.book([shipped_config() / "rules"])


def cases() -> Iterator[Case]:
    """All of them."""
    yield from _sentences()
    yield from _small_print()
    yield from _duties()


def _sentences() -> Iterator[Case]:
    for rule, sentences in SAID.items():
        for locale, vertical, wrong, words in sentences:
            yield Case(
                rule=CLAIMS, what=f"{rule}, {locale}: {words}", kind="fail" if wrong else "pass", wrong=wrong,
                found=lambda rule=rule, locale=locale, vertical=vertical, words=words: _claims(
                    rule, _brief(locale, words, vertical)
                ),
            )  # fmt: skip


def _brief(locale: str, words: str, vertical: str = "") -> Brief:
    return Brief(
        campaign="judged",
        title="Judged",
        vertical=vertical,
        products=(Product(id="thing", name="Thing"),),
        locales=(locale,),
        copies={locale: Copy(locale=locale, message=words)},
        placements=(CANVAS,),
    )


def _claims(rule: str, brief: Brief) -> bool:
    return any(finding.rule == f"{claims.PREFIX}{rule}" for finding in claims.check(brief, law(), DAY))


LOCALES = {
    "fr-alcohol-notice": ("fr-FR", "alcohol"),
    "gb-capital-at-risk": ("en-GB", "investment"),
    "gb-crypto-warning": ("en-GB", "crypto"),
    "us-investment-risk": ("en-US", "investment"),
    "fr-credit-notice": ("fr-FR", "credit"),
    "de-medicines-notice": ("de-DE", "medicines"),
    "gb-medicines-label": ("en-GB", "medicines"),
    "us-supplements-notice": ("en-US", "supplements"),
}
"""Where the shipped disclaimers hold, and in which trade."""


def _small_print() -> Iterator[Case]:
    """Every disclaimer on a creative: there, not there, cut, too small, too faint; and where it is not owed at all."""
    shown = over(photos.without_people().values())
    for rule in law().disclaimers:
        locale, vertical = LOCALES[rule.id]
        wanted = lawbook.text_for(rule.texts, locale)
        least = max(smallprint.least_px(rule, CANVAS), 9.0)
        ratio = rule.contrast or 4.5
        for what, kind, wrong, block in (
            ("there", "pass", False, _block(wanted, least * 2)),
            ("as small as may be", "borderline", False, _block(wanted, least)),
            ("as faint as may be", "borderline", False, _block(wanted, least * 2, contrast=ratio)),
            ("not there", "fail", True, None),
            ("clipped", "fail", True, _block(wanted, least * 2, clipped=True)),
            ("half of it", "fail", True, _block(wanted[: len(wanted) // 2], least * 2)),
            ("too faint", "fail", True, _block(wanted, least * 2, contrast=ratio - 0.1)),
        ):
            pixels = shown()
            yield Case(
                rule=SMALL_PRINT, what=f"{rule.id}: {what}", kind=kind, wrong=wrong,
                found=lambda rule=rule, block=block, pixels=pixels: _unmet(rule.id, pixels, block),
            )  # fmt: skip
        elsewhere = "ja-JP"
        yield Case(
            rule=SMALL_PRINT, what=f"{rule.id}: in Japan", kind="pass", wrong=False,
            found=lambda rule=rule, vertical=vertical, at=elsewhere: _owes(rule.id, _brief(at, "はじめよう", vertical)),
        )  # fmt: skip


def _block(words: str, size: float, **changes: object) -> TextBlock:
    return text(role=TextRole.DISCLAIMER, text=words, size_px=size, **changes)


def _unmet(rule: str, pixels: np.ndarray, block: TextBlock | None) -> bool:
    locale, vertical = LOCALES[rule]
    # "Supports" is what makes the notice of supplements due; to the other trades it means nothing.
    demands = _demands(_brief(locale, "Supports your day", vertical), rule)
    texts = (text(), *([block] if block else []))
    one = replace(composed(subject(pixels), texts=texts), placement=CANVAS, demands=demands)
    return any(smallprint.check(one, LIMITS))


def _owes(rule: str, brief: Brief) -> bool:
    return bool(_demands(brief, rule))


def _demands(brief: Brief, rule: str) -> tuple[Demand, ...]:
    locale = brief.locales[0]
    where = market.of(brief, locale, on=DAY, verticals=market.verticals(brief, brief.products[0], law()))
    owed = disclaimers.demanded(law(), where, brief.copies[locale], CANVAS)
    return tuple(one for one in owed if one.rule == rule)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A picture, and where and when it is shown."""

    locale: str = "en-US"
    pixels: Pixels = "made"
    faces: Known = "found"
    realistic: Real = "unknown"
    on: date = DAY
    network: str = ""


DISCLOSED: dict[str, tuple[Shown, tuple[Shown, ...], tuple[Shown, ...]]] = {
    "eu-ai-act-deep-fakes": (
        Shown(locale="de-DE"),
        (Shown(locale="fr-FR", faces="unknown"), Shown(locale="sv-SE", pixels="edited"),
         Shown(locale="es-ES", pixels="declared"), Shown(locale="de-DE", on=date(2026, 8, 2))),
        (Shown(locale="ja-JP"), Shown(locale="de-DE", pixels="supplied"), Shown(locale="de-DE", pixels="drawn"),
         Shown(locale="de-DE", faces="none"), Shown(locale="de-DE", realistic="no"),
         Shown(locale="de-DE", on=date(2026, 8, 1))),
    ),
    "eu-ai-act-marking": (
        Shown(locale="it-IT", faces="none"),
        (Shown(locale="it-IT", realistic="no"), Shown(locale="nl-NL", pixels="scene")),
        (Shown(locale="en-US"), Shown(locale="it-IT", pixels="supplied"), Shown(locale="it-IT", pixels="drawn"),
         Shown(locale="it-IT", on=date(2026, 8, 1))),
    ),
    "us-ny-synthetic-performers": (
        Shown(),
        (Shown(faces="unknown"), Shown(pixels="scene"), Shown(on=date(2026, 6, 9))),
        (Shown(locale="de-DE"), Shown(faces="none"), Shown(pixels="supplied"), Shown(realistic="no"),
         Shown(on=date(2026, 6, 8))),
    ),
    "us-ca-latent-disclosure": (
        Shown(faces="none"),
        (Shown(locale="es-US", faces="none"),),
        (Shown(locale="en-GB", faces="none"), Shown(pixels="supplied"), Shown(pixels="drawn")),
    ),
    "kr-ai-basic-act": (
        Shown(locale="ko-KR", faces="none"),
        (Shown(locale="ko-KR", pixels="edited"),),
        (Shown(locale="ja-JP"), Shown(locale="ko-KR", realistic="no"), Shown(locale="ko-KR", pixels="supplied"),
         Shown(locale="ko-KR", on=date(2026, 1, 21))),
    ),
    "cn-ai-labels": (
        Shown(locale="zh-CN", faces="none"),
        (Shown(locale="zh-CN", realistic="no"), Shown(locale="zh-CN", pixels="declared")),
        (Shown(locale="zh-TW"), Shown(locale="zh-CN", pixels="supplied"), Shown(locale="zh-CN", on=date(2025, 8, 31))),
    ),
    "tiktok-realistic-ai": (
        Shown(network="TikTok", faces="none"),
        (Shown(locale="ja-JP", network="TikTok"),),
        (Shown(network="Meta"), Shown(), Shown(network="TikTok", realistic="no"),
         Shown(network="TikTok", pixels="supplied")),
    ),
}  # fmt: skip
"""By rule: what plainly has to be disclosed, what just has to, and what has not for one fact that is otherwise."""


def _duties() -> Iterator[Case]:
    for rule, (plain, just, spared) in DISCLOSED.items():
        for shown, kind, wrong in (
            (plain, "fail", True),
            *((one, "borderline", True) for one in just),
            *((one, "borderline", False) for one in spared),
        ):
            told = ", ".join(f"{key} {value}" for key, value in vars(shown).items() if value)
            yield Case(
                rule=DUTIES, what=f"{rule}: {told}", kind=kind, wrong=wrong,
                found=lambda rule=rule, shown=shown: _owed(rule, shown),
            )  # fmt: skip


def _owed(rule: str, shown: Shown) -> bool:
    where = market.of(_brief(shown.locale, "Calm"), shown.locale, on=shown.on, networks=(shown.network,))
    facts = Facts(pixels=shown.pixels, faces=lambda: shown.faces, realistic=shown.realistic)
    return any(one.id == rule for one in disclosure.duties(law(), where, facts))
