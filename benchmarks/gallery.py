"""`make gallery`: five campaigns in every placement and in eight scripts, for people to look at.

Draws its own pictures, pays for nothing, asks no network. Every campaign is made by the stages that the daemon runs;
what comes out are contact sheets, one a script, an `index.html` over all of them, `findings.txt`, what compliance says
of them, and `mosaic.jpg`, the picture in the docs. Machines measure; whether it is beautiful, somebody has to look.
"""

import argparse
import html
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from briefmill.briefs.placements import Placements
from briefmill.domain.artefact import Snapshot
from briefmill.domain.brief import Asset, AssetRole, Brand, Brief, Copy, Product
from briefmill.domain.creative import Origin, Picture, PictureRequest
from briefmill.domain.verdict import Severity
from briefmill.stages import layoutbook, pixels
from briefmill.stages.task import Making, PixelTask
from briefmill.storage.memory import MemoryStore

HOUSE = Path(__file__).parents[1]
LOGO = HOUSE / "config" / "demo" / "summer-calm" / "logo.png"
SHAPES = {"wide": (1536, 1024), "square": (1280, 1280), "tall": (1024, 1536)}


@dataclass(frozen=True)
class Campaign:
    """One look: a product, its picture's shape, the brand's colours, and what is said in each locale."""

    name: str
    product: str
    category: str
    shape: str
    palette: tuple[str, ...]
    words: dict[str, tuple[str, str, str]]


CAMPAIGNS = (
    Campaign(
        "calm",
        "Insulated bottle",
        "bottle",
        "wide",
        ("#0E3B43", "#F2A65A", "#F7F1E3"),
        {
            "en-US": ("Carry the calm of summer", "Shop now", "While stocks last."),
            "ru-RU": ("Возьмите с собой спокойствие лета", "Купить", "Пока товар в наличии."),
            "ar-AE": ("احمل هدوء الصيف معك", "تسوق الآن", "حتى نفاد الكمية."),
            "he-IL": ("קחו איתכם את השקט של הקיץ", "לרכישה", "עד גמר המלאי."),
            "hi-IN": ("गर्मियों का सुकून साथ ले चलें", "अभी खरीदें", "स्टॉक रहने तक।"),
            "th-TH": ("พกความสงบของฤดูร้อนไปกับคุณ", "ซื้อเลย", "จนกว่าสินค้าจะหมด"),
            "ja-JP": ("夏の静けさを、持ち歩こう。", "今すぐ見る", "在庫がなくなり次第終了します。"),
            "ko-KR": ("여름의 고요함을 담아 가세요", "지금 구매", "재고 소진 시까지."),
        },
    ),
    Campaign(
        "sound",
        "Wireless speaker",
        "speaker",
        "square",
        ("#3A2E6B", "#FF8A5B", "#F4EFFA"),
        {
            "en-US": ("Thirty hours of music, one small round friend", "Hear it", "Battery life depends on use."),
            "ru-RU": (
                "Тридцать часов музыки в одной маленькой колонке",
                "Слушать",
                "Время работы зависит от громкости.",
            ),
            "ar-AE": ("ثلاثون ساعة من الموسيقى في صديق صغير", "استمع الآن", "تعتمد مدة البطارية على الاستخدام."),
            "he-IL": ("שלושים שעות מוזיקה, חבר אחד קטן ועגול", "להאזנה", "חיי הסוללה תלויים בשימוש."),
            "hi-IN": ("तीस घंटे का संगीत, एक छोटा सा साथी", "सुनिए", "बैटरी उपयोग पर निर्भर करती है।"),
            "th-TH": ("เพลงสามสิบชั่วโมงในเพื่อนตัวเล็ก", "ฟังเลย", "อายุแบตเตอรี่ขึ้นอยู่กับการใช้งาน"),
            "ja-JP": ("30時間の音楽を、小さな相棒と。", "聴いてみる", "再生時間は使用状況により異なります。"),
            "ko-KR": ("30시간의 음악, 작고 둥근 친구 하나", "들어보기", "사용 환경에 따라 다를 수 있습니다."),
        },
    ),
    Campaign(
        "glow",
        "Face cream",
        "cosmetics",
        "tall",
        ("#7A2E3A", "#E8B4A0", "#FFF6F0"),
        {
            "en-US": ("Skin that slept well", "Discover", ""),
            "ru-RU": ("Кожа, которая выспалась", "Узнать", ""),
            "ar-AE": ("بشرة نامت جيدًا", "اكتشفي", ""),
            "he-IL": ("עור שישן היטב", "לגלות", ""),
            "hi-IN": ("भरपूर सोई हुई त्वचा", "जानिए", ""),
            "th-TH": ("ผิวที่หลับเต็มอิ่ม", "ดูเพิ่มเติม", ""),
            "ja-JP": ("よく眠った肌。", "見つける", ""),
            "ko-KR": ("푹 자고 난 피부", "알아보기", ""),
        },
    ),
    Campaign(
        "step",
        "Running shoe",
        "shoe",
        "wide",
        ("#111827", "#D7FF3E", "#FFFFFF"),
        {
            "en-US": ("Lighter than your excuses", "Run", "Weight: 198 g in size 42."),
            "ru-RU": ("Легче, чем ваши отговорки", "Бежать", "Вес: 198 г, размер 42."),
            "ar-AE": ("أخف من أعذارك", "اركض", "الوزن: 198 غ للمقاس 42."),
            "he-IL": ("קל יותר מהתירוצים שלך", "לרוץ", "משקל: 198 גרם במידה 42."),
            "hi-IN": ("आपके बहानों से भी हल्का", "दौड़िए", "वज़न: 198 ग्राम, साइज़ 42."),
            "th-TH": ("เบากว่าข้ออ้างของคุณ", "ออกวิ่ง", "น้ำหนัก 198 กรัม ไซซ์ 42"),
            "ja-JP": ("言い訳より、軽い。", "走り出す", "重さ198g（27cm）"),
            "ko-KR": ("핑계보다 가벼운 신발", "달리기", "무게 198g, 사이즈 270."),
        },
    ),
    Campaign(
        "home",
        "Table lamp",
        "lamp",
        "square",
        ("#2F4A4F", "#E9C46A", "#EFE6DA"),
        {
            "en-US": (
                "An evening light for long conversations, slow books and the people you would rather not send home yet",
                "See the lamp",
                "Bulb not included. Energy class A.",
            ),
            "ru-RU": (
                "Вечерний свет для долгих разговоров и неторопливых книг",
                "Смотреть",
                "Лампа продаётся отдельно.",
            ),
            "ar-AE": ("ضوء مسائي للأحاديث الطويلة والكتب الهادئة", "شاهد المصباح", "المصباح الكهربائي غير مشمول."),
            "he-IL": ("אור ערב לשיחות ארוכות ולספרים איטיים", "למנורה", "הנורה אינה כלולה."),
            "hi-IN": ("लंबी बातों और धीमी किताबों के लिए शाम की रोशनी", "लैंप देखें", "बल्ब शामिल नहीं है।"),
            "th-TH": ("แสงยามเย็นสำหรับบทสนทนายาวๆ และหนังสือเล่มช้าๆ", "ดูโคมไฟ", "ไม่รวมหลอดไฟ"),
            "ja-JP": ("長い会話と、ゆっくり読む本のための灯り。", "ランプを見る", "電球は別売りです。"),
            "ko-KR": ("긴 대화와 느린 책을 위한 저녁 불빛", "램프 보기", "전구는 별도 판매입니다."),
        },
    ),
)


def main() -> None:
    """Make the gallery into the folder that the command line names."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--out", type=Path, default=HOUSE / "build" / "gallery")
    asked.add_argument("--only", default="", help="the name of one campaign")
    asked.add_argument("--locale", default="", help="one locale")
    options = asked.parse_args()
    chosen = [one for one in CAMPAIGNS if options.only in ("", one.name)]
    orders = [(one, locale) for one in chosen for locale in one.words if options.locale in ("", locale)]
    options.out.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with ProcessPoolExecutor() as pool:
        pages = list(pool.map(make, *zip(*orders, strict=True), [options.out] * len(orders)))
    (options.out / "index.html").write_text(_index(pages), "utf-8")
    (options.out / "findings.txt").write_text("".join(f"{page}\n{told}\n" for page, told, _ in pages), "utf-8")
    if (picture := mosaic(options.out)) is not None:
        (options.out / "mosaic.jpg").write_bytes(picture)
    count = sum(made for _, _, made in pages)
    print(f"{count} creatives in {time.monotonic() - began:.0f} s: {options.out / 'index.html'}")


MOSAIC = (
    ("meta.feed.portrait", 340, ("calm-en-US", "glow-ja-JP", "step-ar-AE", "sound-th-TH", "home-hi-IN", "glow-he-IL")),
    ("meta.feed.landscape", 196, ("step-ko-KR", "home-ru-RU", "sound-he-IL", "calm-ja-JP")),
    ("google.display.970x250", 133, ("sound-ar-AE", "calm-th-TH", "step-en-US")),
)
"""Placement, height and campaigns of each row of the picture that the docs show."""


def mosaic(gallery: Path) -> bytes | None:
    """A few of the creatives beside each other, as a JPEG; None where the gallery was only made in part."""
    import cv2
    import numpy as np

    rows = []
    for placement, height, names in MOSAIC:
        files = [next(iter((gallery / name).glob(f"{placement}.*")), None) for name in names]
        read = [cv2.imread(str(file)) for file in files if file is not None]
        if len(read) < len(names):
            return None
        scaled = [
            cv2.resize(one, (round(one.shape[1] * height / one.shape[0]), height), interpolation=3) for one in read
        ]
        rows.append(np.hstack([np.pad(one, ((0, 0), (0, 12), (0, 0)), constant_values=255) for one in scaled])[:, :-12])
    width = min(row.shape[1] for row in rows)
    even = [cv2.resize(row, (width, round(row.shape[0] * width / row.shape[1])), interpolation=3) for row in rows]
    page = np.vstack([np.pad(row, ((0, 12), (0, 0), (0, 0)), constant_values=255) for row in even])[:-12]
    return bytes(cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, 86])[1])


def make(one: Campaign, locale: str, out: Path) -> tuple[str, str, int]:
    """One campaign in one locale and every placement; gives the sheet's name, what was found, and how many."""
    from briefmill.imaging import scene

    store = MemoryStore()
    width, height = SHAPES[one.shape]
    request = PictureRequest(
        product=one.name,
        name=one.product,
        prompt="",
        width=width,
        height=height,
        palette=one.palette,
        category=one.category,
        seed=11,
    )
    data, subject = scene.drawn(request)
    picture = store.put(data, "image/jpeg")
    logo = store.put(LOGO.read_bytes(), "image/png")
    message, cta, disclaimer = one.words[locale]
    brief = Brief(
        campaign=one.name,
        title=f"{one.product}, {locale}",
        products=(Product(id=one.name, name=one.product),),
        locales=(locale,),
        copies={locale: Copy(locale=locale, message=message, cta=cta, disclaimer=disclaimer)},
        placements=Placements.load(HOUSE / "config" / "placements.yaml").all(),
        brand=Brand(name="Lumen & Tide", palette=one.palette, logo=Asset(path="logo.png", role=AssetRole.LOGO)),
    )
    task = PixelTask(
        brief=brief,
        snapshot=Snapshot(name=f"{one.name}.yaml", brief=logo, files={"logo.png": logo}),
        pictures=(
            Picture(
                product=one.name, ref=picture, origin=Origin.PROCEDURAL, width=width, height=height, subject=subject
            ),
        ),
        making=Making(
            store=store, brands=HOUSE / "config" / "brands", layouts=layoutbook.read(HOUSE / "config" / "layouts")
        ),
    )
    work = pixels.run(task)
    name = f"{one.name}-{locale}.jpg"
    (out / name).write_bytes(store.get(work.sheet))
    folder = out / f"{one.name}-{locale}"
    folder.mkdir(exist_ok=True)
    for creative in work.creatives:
        (folder / f"{creative.placement}.{creative.extension}").write_bytes(store.get(creative.ref))
    return name, "\n".join(_told(work)), len(work.creatives)


def _told(work: pixels.PixelWork) -> Iterator[str]:
    yield f"  layouts: {dict(Counter(creative.layout for creative in work.creatives))}"
    for finding in work.findings:
        if finding.severity is not Severity.ADVICE:
            yield f"  {finding.severity} {finding.placement}: {finding.message}"


def _index(pages: list[tuple[str, str, int]]) -> str:
    figures = "\n".join(
        f'<figure><img loading="lazy" src="{html.escape(name)}" alt="{html.escape(name)}">'
        f"<figcaption><pre>{html.escape(told)}</pre></figcaption></figure>"
        for name, told, _ in pages
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Briefmill gallery</title>'
        "<style>body{font:15px/1.5 sans-serif;margin:2rem;background:#f6f5f4;color:#222}img{max-width:100%}</style>"
        f"<h1>Gallery</h1>{figures}</html>\n"
    )


if __name__ == "__main__":
    main()
