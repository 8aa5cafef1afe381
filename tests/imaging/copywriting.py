"""Our own advertising words in many scripts, and pictures to set them on."""

import cv2
import numpy as np
from hypothesis import strategies as st

from briefmill.domain.placement import Placement, SafeZone

MESSAGES = {
    "en": "Summer that keeps its cool",
    "de": "Sommerfrische für jeden Tag – jetzt mit 20 % Rabatt",
    "fr": "Fraîcheur d’été : −50 % dès aujourd’hui !",
    "el": "Δροσιά όλο το καλοκαίρι",
    "ru": "Прохлада на всё лето",
    "ar": "انتعاش الصيف مع Aqua Pro بخصم 50% فقط",
    "he": "קיץ מרענן עם Aqua Pro בהנחה",
    "hi": "गर्मियों में ठंडक का एहसास",
    "th": "หน้าร้อนนี้ สดชื่นได้ทุกวันกับน้ำผึ้งแท้",
    "ta": "கோடையிலும் குளிர்ச்சி",
    "ja": "今年の夏は、ひんやりシルクで快適に過ごそう。",
    "zh-Hans": "这个夏天，感受丝绸般的清凉。",
    "ko": "올여름, 더 시원하게 즐기세요!",
}

PLACEMENTS = (
    Placement(id="square", width=1080, height=1080),
    Placement(id="portrait", width=1080, height=1350),
    Placement(id="reel", width=1080, height=1920, safe_zone=SafeZone(top=269, right=65, bottom=672, left=65)),
    Placement(id="short", width=1080, height=1920, safe_zone=SafeZone(top=288, right=192, bottom=672, left=48)),
    Placement(id="landscape", width=1200, height=628),
    Placement(id="skyscraper", width=160, height=600),
    Placement(id="half-page", width=300, height=600),
    Placement(id="rectangle", width=300, height=250),
    Placement(id="leaderboard", width=728, height=90),
    Placement(id="billboard", width=970, height=250),
    Placement(id="mobile", width=320, height=50),
)

_ALPHABETS = (
    ("a", "z"), ("À", "ž"), ("А", "я"), ("Α", "ω"), ("א", "ת"), ("ء", "ي"), ("अ", "ह"), ("ก", "๏"), ("அ", "ஹ"),
    ("ぁ", "ん"), ("一", "丿"), ("가", "깋"), ("က", "ဿ"), ("ក", "ឳ"), ("0", "9"),
)  # fmt: skip
_CHARACTERS = st.one_of(
    *(st.characters(min_codepoint=ord(first), max_codepoint=ord(last)) for first, last in _ALPHABETS),
    st.sampled_from(
        " \u00a0\n-–.,!?%€()«»“”。、「」・\u0301\u0e49\u094d\u200d\ufe0f\u200b\u00ad\u202e\u2067\u2069🎉👍🏽"
    ),
)
TEXTS = st.text(_CHARACTERS, max_size=60)

SCRIPTS = {
    "Latin": ("en-GB", "summer that keeps its cool every morning with café and cheese", "“” – , . ! ? %", " "),
    "German": ("de-DE", "Sommerfrische für jeden Tag Hochgeschwindigkeitskühlung Straße ÄÖÜ", "„“ – , . ! ? %", " "),
    "Greek": ("el-GR", "δροσιά όλο το καλοκαίρι με έκπτωση ϊϋΐΰ ΆΈΉ", "«» – , . ! ; %", " "),
    "Cyrillic": ("uk-UA", "прохолода на все літо й знижка в кожному магазині її ґанок", "«» — , . ! ? %", " "),
    "Arabic": ("ar-SA", "انتعاش الصيف مع خصم كبير على كل المنتجات اليوم فقط", "، ؛ ؟ ! « » ٪", " "),
    "Hebrew": ("he-IL", "קיץ מרענן לכל המשפחה בהנחה גדולה במיוחד", "״ ׳ , . ! ? %", " "),
    "Devanagari": ("hi-IN", "गर्मियों में ठंडक का एहसास हर दिन नया अनुभव", "। , ! ? % –", " "),
    "Bengali": ("bn-BD", "গ্রীষ্মে শীতল অনুভূতি প্রতিদিন নতুন স্বাদ", "। , ! ? % –", " "),
    "Tamil": ("ta-IN", "கோடையிலும் குளிர்ச்சி தினமும் புதிய அனுபவம்", ", . ! ? %", " "),
    "Thai": ("th-TH", "หน้าร้อนนี้ สดชื่น ได้ ทุกวัน กับ น้ำผึ้ง แท้ ผลิตภัณฑ์ เครื่องดื่ม", "ๆ ฯ ! %", ""),
    "Japanese": ("ja-JP", "今年 の 夏 は 快適 に 過ごそう ひんやり シルク パーティー", "、 。 「 」 … ！ ？ ・", ""),
    "Chinese": ("zh-CN", "这个 夏天 感受 丝绸般 的 清凉 全场 八折 优惠", "， 。 “ ” … ！ ？ 、", ""),
    "Taiwanese": ("zh-TW", "這個 夏天 感受 絲綢般 的 清涼 全場 八折 優惠", "， 。 「 」 … ！ ？ 、", ""),
    "Korean": ("ko-KR", "올여름 더 시원하게 즐기세요 지금 할인 한정판매", ", . ! ? % …", " "),
}
"""By script: a locale, words, punctuation, and what stands between words."""


def written(script):
    """Texts of 1 to 300 characters as a copywriter of this script might leave them, names and prices included."""
    _, words, signs, between = SCRIPTS[script]
    word = st.sampled_from([*words.split(), "Aqua Pro", "20 %", "€ 1.299,90", "24/7", "e-mail"])
    piece = st.tuples(word, st.sampled_from(["", "", "", *signs.split()]))
    texts = st.lists(piece, min_size=1, max_size=40).map(
        lambda pieces: between.join(word + sign for word, sign in pieces)[:300].strip()
    )
    return texts.filter(bool)


def busy(width, height):
    """A ground on which nothing can be read: coarse coloured noise."""
    coarse = np.random.default_rng(7).integers(0, 255, (max(2, height // 12), max(2, width // 12), 3), dtype=np.uint8)
    return cv2.resize(coarse, (width, height), interpolation=cv2.INTER_NEAREST)


def flat(width, height, level):
    return np.full((height, width, 3), level, dtype=np.uint8)


def mark(colour=(92, 107, 14)):
    """A logo, 3 to 1, on transparent ground."""
    logo = np.zeros((120, 360, 4), dtype=np.uint8)
    cv2.circle(logo, (60, 60), 56, (*colour, 255), -1, cv2.LINE_AA)
    cv2.rectangle(logo, (140, 30), (350, 90), (*colour, 255), -1)
    return logo
