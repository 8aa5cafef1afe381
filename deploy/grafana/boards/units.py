"""Figures as Grafana writes them, for the units that our panels have."""

import math

_TIMES = ((1e-3, 1e-6, "µs"), (1, 1e-3, "ms"), (60, 1, "s"), (3600, 60, "min"), (86400, 3600, "hour"))


def written(value: float, unit: str, decimals: int | None = None) -> str:
    """A value in its unit."""
    if math.isnan(value):
        return "-"
    match unit:
        case "s":
            return _time(value, decimals)
        case "bytes":
            return _scaled(value, 1024, ("B", "KiB", "MiB", "GiB", "TiB"))
        case "percentunit":
            return f"{_number(100 * value, decimals)}%"
        case "currencyUSD":
            return f"${_number(value, 2 if decimals is None else decimals)}"
        case "d":
            return f"{_number(value, decimals)} d"
        case "ops":
            return f"{_number(value, decimals)}/s"
        case _:
            return _scaled(value, 1000, ("", "K", "Mil", "Bil")) if value >= 1000 else _number(value, decimals)


def _number(value: float, decimals: int | None) -> str:
    if decimals is not None:
        return f"{value:.{decimals}f}"
    places = 0 if value == 0 or abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    text = f"{value:.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _time(value: float, decimals: int | None) -> str:
    if value == 0:
        return "0 s"
    for below, step, name in _TIMES:
        if abs(value) < below:
            return f"{_number(value / step, decimals)} {name}"
    return f"{_number(value / 86400, decimals)} day"


def _scaled(value: float, step: int, names: tuple[str, ...]) -> str:
    for name in names[:-1]:
        if abs(value) < step:
            return f"{_number(value, None)} {name}".rstrip()
        value /= step
    return f"{_number(value, None)} {names[-1]}"
