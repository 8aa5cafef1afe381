"""The hand-tuned loop: the job in the fewest steps we know. `loop.py JOB SOURCE OUT REPEAT [--analyse]`

The source is decoded once, at the smallest size that serves; each placement is scaled once, its logo and panel laid
once; each locale touches the region of its words and nothing else; files are written beside their place and renamed.
With `--analyse` the least that a compliance check must measure, on the pixels in memory.
"""

import argparse
import json
import os
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

try:
    import simplejpeg
except ImportError:
    simplejpeg = None
try:
    import cykooz_resizer as resizer
except ImportError:
    resizer = None

LIGHT = np.array(
    [(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4) for c in np.arange(256) / 255], np.float32
)
LUMA = np.array([[0.0722, 0.7152, 0.2126]], np.float32)


def decode(data, sizes):
    """Pixels, and how many of the full picture's one of them is."""
    if data[:2] != b"\xff\xd8" or simplejpeg is None:
        return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR), 1.0
    height, width, *_ = simplejpeg.decode_jpeg_header(data)
    need = max(max(w / width, h / height) for w, h in sizes)
    factor = next((f for f in (8, 4, 2) if need <= 1 / f), 1)
    pixels = simplejpeg.decode_jpeg(
        data, "BGR", min_height=height // factor, min_width=width // factor, min_factor=factor
    )
    return pixels, width / pixels.shape[1]


def cover(width, height, ratio):
    if width / height > ratio:
        return (width - height * ratio) / 2, 0.0, height * ratio, float(height)
    return 0.0, (height - width / ratio) / 2, float(width), width / ratio


def scaled(pixels, image, width, height):
    """The middle window in a placement's pixels; larger by cubic, smaller by Lanczos in fractions of pixels."""
    x, y, wide, high = cover(pixels.shape[1], pixels.shape[0], width / height)
    if width >= wide:
        part = pixels[round(y) : round(y + high), round(x) : round(x + wide)]
        return cv2.resize(part, (width, height), interpolation=cv2.INTER_CUBIC)
    if resizer is None:
        return np.array(image().resize((width, height), Image.Resampling.LANCZOS, (x, y, x + wide, y + high), 3.0))
    made = Image.new("RGB", (width, height))
    options = resizer.ResizeOptions(
        resize_alg=resizer.ResizeAlg.convolution(resizer.FilterType.lanczos3),
        crop_box=resizer.CropBox(x, y, wide, high),
    )
    resizer.Resizer().resize_pil(image(), made, options)
    return np.array(made)


FONTS, LENGTHS = {}, {}


def fitted(path, text, width, height, largest, smallest):
    """The largest size at which the words fit, and their lines; words are measured once, at one size."""
    words = text.split()
    key = (path, text)
    if key not in LENGTHS:
        font = FONTS.setdefault((path, 100), ImageFont.truetype(path, 100))
        LENGTHS[key] = [font.getlength(word) / 100 for word in words], font.getlength(" ") / 100
    lengths, space = LENGTHS[key]

    def lines(size):
        rows, row, used = [], [], 0.0
        for word, length in zip(words, lengths, strict=True):
            if row and (used + space + length) * size > width:
                rows.append(row)
                row, used = [], 0.0
            used += length + (space if row else 0.0)
            row.append(word)
        rows.append(row)
        return rows

    low, high = smallest, largest
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if len(lines(middle)) * 1.2 * middle <= height else (low, middle - 1)
    return low, [" ".join(row) for row in lines(low)]


def mask_of(path, text, width, height, largest, smallest):
    size, lines = fitted(path, text, width, height, largest, smallest)
    font = FONTS.get((path, size)) or FONTS.setdefault((path, size), ImageFont.truetype(path, size))
    image = Image.new("L", (width, height))
    pen = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        pen.text((0, round(number * 1.2 * size)), line, fill=255, font=font)
    return np.asarray(image)[: min(height, round(len(lines) * 1.2 * size) + size // 3)]


LOGOS = {}


def lay_logo(pixels, logo, box):
    x, y, w, h = box
    if (w, h) not in LOGOS:
        small = cv2.resize(logo, (w, h), interpolation=cv2.INTER_AREA)
        alpha = cv2.cvtColor(small[:, :, 3], cv2.COLOR_GRAY2BGR)
        tinted = cv2.multiply(np.ascontiguousarray(small[:, :, :3]), alpha, scale=1 / 255)
        LOGOS[w, h] = tinted, 255 - alpha, cv2.cvtColor(small[:, :, :3], cv2.COLOR_BGR2GRAY)
    tinted, clear, _ = LOGOS[w, h]
    under = pixels[y : y + h, x : x + w]
    under[...] = cv2.add(cv2.multiply(under, clear, scale=1 / 255), tinted)


FACES = cv2.CascadeClassifier(cv2.data.haarcascades + "haarcascade_frontalface_alt2.xml")


def look_at_source(pixels):
    """Faces at 320 pixels and a map of detail at 192."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    share = 320 / max(grey.shape)
    small = cv2.resize(grey, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    FACES.detectMultiScale(small, 1.2, 4, minSize=(20, 20))
    tiny = cv2.resize(small, None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA)
    return cv2.integral(cv2.convertScaleAbs(cv2.Sobel(tiny, cv2.CV_16S, 1, 0)))


def look_at_placement(pixels, box):
    """Dominant colours, sharpness, and whether the logo is where it was laid."""
    step = max(1, max(pixels.shape[:2]) // 64)
    lab = cv2.cvtColor(np.ascontiguousarray(pixels[::step, ::step]).astype(np.float32) / 255, cv2.COLOR_BGR2Lab)
    cv2.setRNGSeed(1)
    cv2.kmeans(lab.reshape(-1, 3), 5, None, (3, 20, 0.5), 1, cv2.KMEANS_PP_CENTERS)
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    cv2.meanStdDev(cv2.Laplacian(grey, cv2.CV_16S))
    x, y, w, h = box
    around = grey[max(0, y - 8) : y + h + 8, max(0, x - 8) : x + w + 8]
    cv2.matchTemplate(around, LOGOS[w, h][2], cv2.TM_CCOEFF_NORMED).max()


def look_at_words(under, mask):
    """The worst contrast of white words with the pixels under them."""
    sparse, thin = under[::3, ::3], mask[::3, ::3]
    found = sparse[thin > 127].reshape(-1, 1, 3)
    return 1.05 / (float(cv2.transform(LIGHT[found], LUMA).max()) + 0.05) if found.size else 21.0


def run(job, source, out, *, analyse):
    places = job["placements"]
    pixels, _ = decode(Path(source).read_bytes(), [(p["width"], p["height"]) for p in places.values()])
    logo = cv2.imread(job["logo"], cv2.IMREAD_UNCHANGED)
    whole = []

    def image():
        if not whole:
            whole.append(Image.fromarray(pixels))
        return whole[0]

    if analyse:
        look_at_source(pixels)
    for name, place in places.items():
        canvas = scaled(pixels, image, place["width"], place["height"])
        lay_logo(canvas, logo, place["logo"])
        x, y, w, h = place["panel"]
        canvas[y : y + h, x : x + w] = cv2.convertScaleAbs(canvas[y : y + h, x : x + w], alpha=0.45)
        if analyse:
            look_at_placement(canvas, place["logo"])
        x, y, w, h = place["words"]
        for locale, text in job["messages"].items():
            mask = mask_of(job["font"], text, w, h, place["largest"], place["smallest"])
            under = canvas[y : y + mask.shape[0], x : x + w]
            kept, white = under.copy(), cv2.cvtColor(mask, cv2.COLOR_GRAY2BGR)
            under[...] = cv2.add(cv2.multiply(under, 255 - white, scale=1 / 255), white)
            if analyse:
                look_at_words(kept, mask)
            data = cv2.imencode(".jpg", canvas, [cv2.IMWRITE_JPEG_QUALITY, job["quality"]])[1]
            place_of = f"{out}/{name}-{locale}.jpg"
            Path(f"{place_of}.part").write_bytes(data)
            os.replace(f"{place_of}.part", place_of)
            under[...] = kept


def main():
    asked = argparse.ArgumentParser()
    for name in ("job", "source", "out"):
        asked.add_argument(name)
    asked.add_argument("repeat", type=int)
    asked.add_argument("--analyse", action="store_true")
    options = asked.parse_args()
    cv2.setNumThreads(1)
    job = json.loads(Path(options.job).read_text("utf-8"))
    for _ in range(options.repeat):
        run(job, options.source, options.out, analyse=options.analyse)


if __name__ == "__main__":
    main()
