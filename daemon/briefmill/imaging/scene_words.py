"""From the words of a request to what is drawn: which product, and what suits it beside it.

A thing (a mug, a watch) is looked for first, then a content (coffee, serum) that usually comes in one; in the name
first, then in the category, then in the prompt. The last thing of a name counts, because the head of a compound stands
at its end in English, German and Japanese; of a prompt the first. What no word tells of becomes a wrapped parcel, which
is never wrong.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

THINGS: Final[dict[str, str]] = {
    "backpack": "backpack rucksack daypack luggage mochila zaino リュック 背包 배낭",
    "ball": "ball football basketball volleyball pelota balón ballon palla ボール 球",
    "bottle": "bottle flasche botella bouteille bottiglia garrafa ボトル 瓶 병",
    "bowl": "bowl plate schüssel cuenco ボウル 碗 그릇 tableware",
    "box": "box carton schachtel caja boîte scatola 箱 盒 상자 book kit",
    "can": "can dose lata canette lattina 缶 罐 캔",
    "candle": "candle diffuser kerze vela bougie candela キャンドル 蜡烛 양초",
    "earbuds": "earbud earphone buds écouteurs auricolari イヤホン 耳塞 이어폰",
    "flask": "flask thermos tumbler isolierflasche termo thermoskanne 保温 水筒 텀블러",
    "headphones": "headphone headset kopfhörer auriculares casque cuffie fones ヘッドホン 耳机 헤드폰",
    "jar": "jar tiegel",
    "keyboard": "keyboard tastatur teclado clavier tastiera キーボード 键盘 키보드",
    "lamp": "lamp lantern luminaire leuchte lampe lámpara lampada luminária ランプ 灯 램프",
    "laptop": "laptop notebook computer ultrabook portátil ordinateur ノートパソコン 笔记本 노트북",
    "lipstick": "lipstick rouge lippenstift labial 口紅 口红 립스틱",
    "mouse": "mouse trackball maus souris マウス 鼠标 마우스",
    "mug": "mug teacup cup tasse taza becher tazza caneca マグ 杯 머그",
    "parcel": "gift parcel hamper geschenk regalo cadeau ギフト 礼物 선물",
    "perfume": "perfume fragrance cologne parfum profumo 香水 향수",
    "phone": "phone smartphone handset móvil téléphone telefon telefono スマホ スマートフォン 手机 휴대폰",
    "pouch": "pouch sachet beutel",
    "pump": "dispenser",
    "shirt": "shirt tshirt hoodie sweater jersey jacket hemd camiseta chemise maglia 服 셔츠 シャツ legging dress",
    "shoe": "shoe sneaker trainer boot footwear schuh zapato zapatilla chaussure scarpa tênis 靴 鞋 신발",
    "soap": "soap seife jabón savon sapone sabonete 石鹸 肥皂 비누",
    "speaker": "speaker soundbar boombox lautsprecher altavoz enceinte スピーカー 音箱 스피커",
    "sunglasses": "sunglass eyewear glasses spectacles sonnenbrille brille gafas lunettes occhiali óculos"
    " サングラス 眼镜 선글라스",
    "takeaway": "takeaway togo",
    "tote": "handbag purse tote clutch wallet handtasche bolso borsa バッグ 手提包 가방",
    "towels": "towel scarf blanket bedding linen handtuch schal decke toalla bufanda écharpe asciugamano sciarpa toalha"
    " タオル 毛巾 수건",
    "tube": "tube",
    "watch": "watch smartwatch wristwatch chronograph uhr reloj montre orologio relógio 腕時計 手表 시계",
}
"""What a product is, by its names. Plurals and compounds are understood."""

CONTENTS: Final[dict[str, str]] = {
    "ball": "soccer",
    "bottle": "shampoo conditioner detergent cleaner milk sauce leche lait milch",
    "bowl": "salad fruit meal kitchenware",
    "box": "chocolate biscuit cookie supplement vitamin tablet bar game software",
    "can": "soda cola beer kombucha seltzer lager drink beverage brew cerveza bière bier birra",
    "clear_bottle": "water juice lemonade smoothie cordial syrup vinegar oil wine wasser saft agua zumo jus acqua suco"
    " ジュース 水 주스 olive",
    "dropper": "serum elixir essence tincture sérum suero siero 美容液 精华 세럼",
    "flask": "hydration",
    "jar": "cream balm moisturizer moisturiser butter mask honey jam crème creme crema krem skincare"
    " クリーム 面霜 크림",
    "lipstick": "lip makeup cosmetic mascara",
    "mug": "espresso cappuccino",
    "parcel": "bundle set",
    "perfume": "scent",
    "phone": "app mobile",
    "pouch": "coffee bean snack chip crisp granola tea nut protein powder kaffee café caffè kibble treat cereal"
    " pasta rice jerky コーヒー 咖啡 커피",
    "pump": "lotion handwash sanitizer bodywash gel shower",
    "shirt": "apparel clothing tee",
    "shoe": "running",
    "speaker": "audio",
    "takeaway": "latte coldbrew frappe",
    "tote": "bag tasche bolsa sac",
    "towels": "wool cashmere cloth fabric textile",
    "tube": "sunscreen toothpaste spf sunblock zahnpasta sonnencreme dentifrice"
    " handcream cleanser 日焼け止め 防晒 선크림",
}
"""In what a product usually comes, by what it is made of or for."""

COMPANIONS: Final[dict[str, str]] = {
    "beans": "coffee espresso latte cappuccino kaffee café caffè コーヒー 咖啡 커피",
    "citrus": "juice lemon lime orange citrus soda seltzer lemonade drink beverage kombucha summer vitamin zumo saft",
    "ice": "cold ice water cool beer cola frozen chill",
    "leaves": "eco organic natural plant botanical herbal sustainable bamboo green garden outdoor tea vegan recycled"
    " reusable serum hydration forest aloe",
    "pebbles": "spa bath soap towel calm zen balm stone sea yoga wellness",
    "petals": "rose floral flower perfume fragrance lipstick lavender spring blossom beauty cream candle skincare",
}
"""What suits a product, by the words that call for it."""

_PROMPT: Final = 600


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What to draw: a product by its name in `THINGS` or `CONTENTS`, and companions, by default plain `shapes`."""

    product: str
    companions: str


def subject(name: str, category: str, prompt: str) -> Subject:
    """What the words of a request ask for."""
    texts = (_plain(name), _plain(category), _plain(prompt[:_PROMPT]))
    product = next((found for index, text in enumerate(texts) if (found := _product(text, last=index < 2))), "parcel")
    companions = next((found for text in texts if (found := _found(text, COMPANIONS, last=False))), "shapes")
    return Subject(product=product, companions=companions)


def _product(text: str, *, last: bool) -> str:
    return _found(text, THINGS, last=last) or _found(text, CONTENTS, last=last)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace("-", "")


def _found(text: str, table: dict[str, str], *, last: bool) -> str:
    """The entry of a table that a text names, by the last or the first of its words; empty when there is none."""
    words = [(match.group(), match.start()) for match in re.finditer(r"\w+", text)]
    places = (
        (where if last else -where, len(key), entry)
        for entry, keys in table.items()
        for key in map(_plain, keys.split())
        for where in _places(key, words, text)
    )
    return max(places, default=(0, 0, ""))[2]


def _places(key: str, words: list[tuple[str, int]], text: str) -> list[int]:
    if ord(key[0]) > 0x2E80:  # scripts that put no space between words
        return [text.find(key)] if key in text else []
    return [start for word, start in words if _is(word, key)]


def _is(word: str, key: str) -> bool:
    forms = (key, f"{key}s", f"{key}es", f"{key}n", f"{key}en")
    # Compounds are one word in German and often in English: Trinkflasche, wristwatch.
    return word in forms or (len(key) >= 5 and word.endswith(forms))
