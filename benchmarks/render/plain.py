"""The script that people write first, with Pillow. `plain.py JOB SOURCE OUT REPEAT [--analyse]`

For every creative the source is opened anew, cropped, resized, converted to RGBA; a full-size layer carries panel and
words; the font is loaded again for each size that is tried; the file is saved as it comes. With `--analyse` the checks
that such scripts do on the saved file: k-means over all pixels, faces at full size, the logo searched everywhere.
"""

import argparse
import json
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont


def wrapped(text, font, width):
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and font.getlength(longer) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line]


def creative(job, source, place, text, target):
    picture = Image.open(source).convert("RGB")
    width, height = place["width"], place["height"]
    if picture.width / picture.height > width / height:
        wide = round(picture.height * width / height)
        left = (picture.width - wide) // 2
        picture = picture.crop((left, 0, left + wide, picture.height))
    else:
        high = round(picture.width * height / width)
        top = (picture.height - high) // 2
        picture = picture.crop((0, top, picture.width, top + high))
    picture = picture.resize((width, height), Image.Resampling.LANCZOS).convert("RGBA")
    x, y, w, h = place["logo"]
    logo = Image.open(job["logo"]).convert("RGBA").resize((w, h), Image.Resampling.LANCZOS)
    picture.paste(logo, (x, y), logo)
    layer = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(layer)
    x, y, w, h = place["panel"]
    pen.rectangle((x, y, x + w, y + h), fill=(0, 0, 0, 140))
    x, y, w, h = place["words"]
    size = place["largest"]
    while True:
        font = ImageFont.truetype(job["font"], size)
        lines = wrapped(text, font, w)
        if len(lines) * 1.2 * size <= h or size <= place["smallest"]:
            break
        size -= 1
    for number, line in enumerate(lines):
        pen.text((x, y + number * 1.2 * size), line, font=font, fill=(255, 255, 255, 255))
    Image.alpha_composite(picture, layer).convert("RGB").save(target, quality=job["quality"])


def checks(job, target):
    import cv2
    import numpy as np

    pixels = cv2.imread(target)
    flat = pixels.reshape(-1, 3).astype(np.float32)
    cv2.kmeans(flat, 5, None, (3, 100, 0.2), 3, cv2.KMEANS_PP_CENTERS)
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    faces = cv2.CascadeClassifier(cv2.data.haarcascades + "haarcascade_frontalface_default.xml")
    faces.detectMultiScale(grey, 1.1, 4)
    logo = cv2.cvtColor(cv2.imread(job["logo"]), cv2.COLOR_BGR2GRAY)
    for share in (0.1, 0.15, 0.2, 0.22, 0.25, 0.3):
        small = cv2.resize(logo, None, fx=share * pixels.shape[1] / 640, fy=share * pixels.shape[1] / 640)
        if small.shape[0] < grey.shape[0]:
            cv2.matchTemplate(grey, small, cv2.TM_CCOEFF_NORMED).max()
    cv2.Laplacian(grey, cv2.CV_64F).var()
    linear = np.where(pixels / 255 <= 0.04045, pixels / 255 / 12.92, ((pixels / 255 + 0.055) / 1.055) ** 2.4)
    (linear @ np.array([0.0722, 0.7152, 0.2126])).mean()


def main():
    asked = argparse.ArgumentParser()
    for name in ("job", "source", "out"):
        asked.add_argument(name)
    asked.add_argument("repeat", type=int)
    asked.add_argument("--analyse", action="store_true")
    options = asked.parse_args()
    job = json.loads(Path(options.job).read_text("utf-8"))
    for _ in range(options.repeat):
        for name, place in job["placements"].items():
            for locale, text in job["messages"].items():
                target = f"{options.out}/{name}-{locale}.jpg"
                creative(job, options.source, place, text, target)
                if options.analyse:
                    checks(job, target)


if __name__ == "__main__":
    main()
