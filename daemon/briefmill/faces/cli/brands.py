"""`briefmill brands`: what each brand demands of every campaign, and help with writing it down."""

from pathlib import Path
from typing import Annotated, Any

import typer

from briefmill.errors import ConfigError, Exit
from briefmill.faces.cli import options, output

app = typer.Typer(help="See, check and write the brands' files.", no_args_is_help=True)

EXAMPLE = "example"
_EXAMPLES = ("forbidden_words:", "required_words:", "say_instead:", "proven:", "glossary:")
"""Keys whose values in the example hold for no other brand."""

Picture = Annotated[Path, typer.Argument(help="A logo or a page of the style guide: SVG, PNG, JPEG, ...", exists=True)]
Most = Annotated[int, typer.Option("--colours", help="How many colours at most.", min=1, max=16)]


@app.command("list")
def list_brands(home: options.Home = None, json: options.Json = False) -> None:
    """List the brands that have a file, with what is wrong with it where something is."""
    rows = [_row(path) for path in _files(_folder(home))]
    if json:
        output.as_json(rows)
        return
    output.table(
        ("brand", "name", "palette", "forbidden words", "problem"),
        ((row["brand"], row["name"], ", ".join(row["palette"]), row["words"], row["problem"]) for row in rows),
        empty="No brand has a file. `briefmill brands new NAME` writes one.",
    )


@app.command()
def show(
    brand: Annotated[str, typer.Argument(help="The brand's name, or that of its file.")],
    home: options.Home = None,
    json: options.Json = False,
) -> None:
    """Show what a brand's file demands."""
    from briefmill.rules import brandfile

    path = _file(_folder(home), brand)
    demands = brandfile.load(path).model_dump(mode="json")
    if json:
        output.as_json({"brand": path.stem, "file": str(path), **demands})
        return
    output.line(f"{demands['name'] or path.stem}: {path}")
    for key, told in _told(demands):
        output.line(f"   {key:<28} {told}")


@app.command()
def check(
    names: Annotated[list[str] | None, typer.Argument(help="Brands or files. Default: every brand.")] = None,
    home: options.Home = None,
    json: options.Json = False,
) -> None:
    """Check brand files; every mistake is told with its line. Leaves with 1 when there is one."""
    folder = _folder(home)
    paths = [Path(name) if Path(name).is_file() else _file(folder, name) for name in names or ()]
    rows = [_row(path) for path in paths or _files(folder)]
    if json:
        output.as_json(rows)
    else:
        for row in rows:
            output.line(f"{row['brand']}: {row['problem'] or 'in order'}")
        if not rows:
            output.line("No brand has a file.")
    if any(row["problem"] for row in rows):
        raise typer.Exit(Exit.NO)


@app.command()
def palette(picture: Picture, most: Most = 5, json: options.Json = False) -> None:
    """Read the main colours out of a logo or a picture, the largest first."""
    colours = _colours(picture, most)
    if json:
        output.as_json([{"colour": tone, "share": share} for tone, share in colours])
        return
    for tone, share in colours:
        output.line(f"{tone}  {share:5.1%}")


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="The brand's name, as the briefs write it.")],
    logo: Annotated[Path | None, typer.Option(help="Take the palette from this logo or picture.", exists=True)] = None,
    home: options.Home = None,
) -> None:
    """Write a commented file for a brand into config/brands, to be edited."""
    from briefmill.briefs import text
    from briefmill.rules import brandfile

    slug = text.slug(name, fallback="")
    if not slug:
        raise typer.BadParameter("this name has no letter or digit", param_hint="NAME")
    settings = options.load(home)
    path = settings.home / "config" / "brands" / f"{slug}.yaml"
    tones = [tone for tone, _ in _colours(logo, 4)] if logo else []
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(_written(_folder(home), name, tones))
    except FileExistsError as error:
        raise ConfigError(f"{path} is there already. Edit it, or remove it first.") from error
    brandfile.load(path)
    output.line(f"{path} is written. Edit it, then `briefmill brands check {slug}`.")


def _folder(home: Path | None) -> Path:
    from briefmill.settings import config_file

    return config_file(options.load(home).home, "brands")


def _files(folder: Path) -> list[Path]:
    found = [path for path in folder.glob("*.y*ml") if path.suffix in {".yaml", ".yml"} and path.stem != EXAMPLE]
    return sorted(found)


def _file(folder: Path, brand: str) -> Path:
    from briefmill.briefs import text

    for stem in (brand, text.slug(brand, fallback="")):
        for path in (folder / f"{stem}.yaml", folder / f"{stem}.yml"):
            if stem and path.parent == folder and path.is_file():
                return path
    known = ", ".join(path.stem for path in _files(folder)) or "none"
    raise ConfigError(f"There is no file for the brand {brand!r} in {folder}. There are: {known}.")


def _row(path: Path) -> dict[str, Any]:
    from briefmill.rules import brandfile

    row: dict[str, Any] = {"brand": path.stem, "name": "", "palette": [], "words": 0, "file": str(path), "problem": ""}
    try:
        found = brandfile.load(path)
    except ConfigError as error:
        return {**row, "problem": str(error)}
    words = sum(len(listed) for listed in found.forbidden_words.values())
    return {**row, "name": found.name, "palette": list(found.palette), "words": words}


def _told(demands: dict[str, Any], under: str = "") -> list[tuple[str, str]]:
    """What is demanded, by the path of its key; what is left open is left out."""
    told = []
    for key, value in demands.items():
        if isinstance(value, dict):
            told += _told(value, f"{under}{key}.")
        elif value not in (None, "", []):
            told.append((f"{under}{key}", ", ".join(map(str, value)) if isinstance(value, list) else str(value)))
    return told


def _colours(picture: Path, most: int) -> list[tuple[str, float]]:
    from briefmill.imaging import swatches

    return list(swatches.of_file(picture.read_bytes(), most=most))


def _written(folder: Path, name: str, tones: list[str]) -> str:
    """The example with this brand's name and colours; its words, terms and proofs are only examples: commented out."""
    import json

    lines = []
    inside = False
    for line in (folder / f"{EXAMPLE}.yaml").read_text("utf-8").splitlines():
        inside = line.startswith(_EXAMPLES) or (inside and line.startswith(" "))
        if line.startswith("name:"):
            lines.append(f"name: {json.dumps(name, ensure_ascii=False)}")
        elif line.startswith("palette:"):
            lines.append(f"palette: {json.dumps(tones)}" if tones else f"# {line}")
        else:
            lines.append(f"# {line}" if inside else line)
    return "\n".join(lines) + "\n"
