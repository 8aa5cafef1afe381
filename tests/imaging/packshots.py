"""Product pictures as studios take them: a thing before a plain backdrop that darkens to its rim, with its shadow."""

import cv2
import numpy as np

WHITE, GREY, NIGHT = (244, 244, 243), (205, 208, 206), (40, 38, 36)


def backdrop(height, width, tone=WHITE, fall=10.0):
    """A wall that is a little darker towards its corners."""
    down, across = np.mgrid[0:height, 0:width]
    far = ((across / width - 0.5) ** 2 + (down / height - 0.45) ** 2) * 2
    return np.array(tone, float) - fall * far[..., None]


def shadowed(picture, middle, foot, radius):
    """With a dark, narrow shadow at the foot and a faint, wide one to its right."""
    height, width = picture.shape[:2]
    dim = np.zeros((height, width), np.float32)
    cv2.ellipse(dim, (middle, foot), (radius, max(1, radius // 8)), 0, 0, 360, 1.0, -1)
    dim = cv2.GaussianBlur(dim, (0, 0), radius * 0.06 + 0.5) * 0.35
    wide = np.zeros((height, width), np.float32)
    cv2.ellipse(wide, (middle + radius // 3, foot), (radius * 3 // 2, max(1, radius // 5)), 0, 0, 360, 1.0, -1)
    wide = cv2.GaussianBlur(wide, (0, 0), radius * 0.2 + 0.5) * 0.12
    return picture * (1 - np.maximum(dim, wide))[..., None]


def photographed(picture, seed=3):
    """As a lens and a sensor give it: a little soft, a little noisy. BGR."""
    soft = cv2.GaussianBlur(np.clip(picture, 0, 255).astype(np.float32), (0, 0), 0.8)
    return np.clip(soft + np.random.default_rng(seed).normal(0, 1.2, picture.shape), 0, 255).astype(np.uint8)


def bottle(height=800, width=600, tone=WHITE, body=(70, 110, 30), label=(232, 238, 238)):
    """A bottle with a cap and a printed label, and the mask of what is bottle."""
    middle, radius, foot = width // 2, round(width * 0.15), round(height * 0.86)
    shape = np.zeros((height, width), np.float32)
    cv2.rectangle(shape, (middle - radius, round(height * 0.34)), (middle + radius, foot - 12), 1.0, -1)
    cv2.ellipse(shape, (middle, foot - 12), (radius, 14), 0, 0, 360, 1.0, -1)
    cv2.ellipse(shape, (middle, round(height * 0.34)), (radius, radius), 0, 0, 360, 1.0, -1)
    neck = round(radius * 0.4)
    cv2.rectangle(shape, (middle - neck, round(height * 0.12)), (middle + neck, round(height * 0.34)), 1.0, -1)
    side = np.clip((np.arange(width) - middle) / radius, -1, 1)
    light = 0.45 + 0.55 * np.sqrt(1 - side**2) + 0.35 * np.exp(-(((side + 0.45) / 0.12) ** 2))
    painted = np.broadcast_to(np.array(body, float), (height, width, 3)).copy()
    painted[round(height * 0.48) : round(height * 0.72)] = label
    painted[: round(height * 0.21)] = (60, 170, 225)
    painted = np.clip(painted * light[None, :, None], 0, 255)
    place = (middle - round(radius * 0.7), round(height * 0.61))
    cv2.putText(painted, "TIDE", place, cv2.FONT_HERSHEY_DUPLEX, width / 500, (60, 80, 20), 2, cv2.LINE_AA)
    mask = cv2.GaussianBlur(shape, (0, 0), 0.6)[..., None]
    behind = shadowed(backdrop(height, width, tone), middle, foot, radius)
    return photographed(behind * (1 - mask) + painted * mask), shape > 0.5


def mug(height=600, width=600, tone=GREY, body=(60, 60, 190)):
    """A mug with a handle that one can look through, and the mask of what is mug."""
    middle, radius, foot = width // 2 - 30, round(width * 0.2), round(height * 0.74)
    shape = np.zeros((height, width), np.float32)
    ring = (round(radius * 0.55), round(radius * 0.6))
    cv2.ellipse(shape, (middle + radius, round(height * 0.55)), ring, 0, 0, 360, 1.0, round(radius * 0.22))
    cv2.rectangle(shape, (middle - radius, round(height * 0.38)), (middle + radius, foot), 1.0, -1)
    cv2.ellipse(shape, (middle, foot), (radius, 12), 0, 0, 360, 1.0, -1)
    cv2.ellipse(shape, (middle, round(height * 0.38)), (radius, 14), 0, 0, 360, 1.0, -1)
    side = np.clip((np.arange(width) - middle) / (radius * 1.5), -1, 1)
    painted = np.broadcast_to(np.array(body, float) * (0.5 + 0.5 * np.sqrt(1 - side**2))[:, None], (height, width, 3))
    mask = cv2.GaussianBlur(shape, (0, 0), 0.6)[..., None]
    behind = shadowed(backdrop(height, width, tone, 14), middle, foot, radius)
    return photographed(behind * (1 - mask) + painted * mask), shape > 0.5


def restless(height=500, width=500):
    """A bottle before a wall of many colours."""
    picture, mask = bottle(height, width)
    colours = np.random.default_rng(5).integers(0, 255, (12, 12, 3)).astype(np.uint8)
    wall = cv2.resize(colours, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.where(mask[..., None], picture, wall)


def free(picture, mask):
    """The product as a cut-out: BGRA with a soft outline."""
    alpha = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 0.8)
    return np.dstack((picture, np.rint(alpha * 255).astype(np.uint8)))


def encoded(pixels, ending=".png"):
    """The file of some pixels."""
    return cv2.imencode(ending, pixels, [cv2.IMWRITE_JPEG_QUALITY, 94] if ending == ".jpg" else [])[1].tobytes()
