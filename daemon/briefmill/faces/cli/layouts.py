"""`briefmill layouts`: how creatives are divided, and what that looks like; `briefmill preview`: one creative."""

from pathlib import Path
from typing import Annotated

import typer

from briefmill.faces.cli import options, output

app = typer.Typer(help="See the layouts that creatives are composed by.", no_args_is_help=True)


def add_to(main: typer.Typer) -> None:
    """Put this module's commands on the app."""
    main.command()(preview)
    main.add_typer(app, name="layouts")


def preview(
    file: Annotated[Path, typer.Argument(help="A brief (.json, .yaml, .yml), a bundle or a .zip.", exists=True)],
    product: Annotated[str, typer.Option(help="The product's id. Default: the first.")] = "",
    locale: Annotated[str, typer.Option(help="The locale, such as pt-BR. Default: the first.")] = "",
    placement: Annotated[str, typer.Option(help="The placement's id. Default: the first.")] = "",
    out: Annotated[Path | None, typer.Option(help="The file to write. Default: named after the creative.")] = None,
    home: options.Home = None,
    json: options.Json = False,
) -> None:
    """Make one creative of a brief into a file, touching no folder and paying for nothing."""
    from briefmill.domain import codec
    from briefmill.wiring import previewing

    wish = previewing.Wish(product=product, locale=locale, placement=placement)
    made = previewing.preview(options.load(home), file, wish)
    creative = made.creative
    target = out or Path(creative.path.replace("/", "-"))
    target.write_bytes(made.data)
    if json:
        output.as_json(
            {
                "file": str(target),
                "creative": codec.plain(creative),
                "layout": made.layout,
                "stand_in_picture": made.drawn,
                "findings": [codec.plain(finding) for finding in made.findings],
            }
        )
        return
    output.line(f"{target}: {creative.width} x {creative.height}, {len(made.data) / 1000:.0f} kB, {made.layout}")
    if made.drawn:
        output.line("The picture is a stand-in: the brief brings none, and a look pays for none.")
    for finding in made.findings:
        output.line(f"{finding.severity:>8}  {finding.message}")


@app.command("list")
def list_layouts(home: options.Home = None, json: options.Json = False) -> None:
    """List all layouts, in the order they are tried."""
    from briefmill.wiring import previewing

    book = previewing.book(options.load(home))
    rows = [("", one) for one in book.house] + [(brand, one) for brand, ones in book.brands.items() for one in ones]
    if json:
        output.as_json(
            [
                {
                    "name": one.name,
                    "brand": brand,
                    "from": one.from_shape,
                    "below": None if one.below_shape == float("inf") else one.below_shape,
                    "order": one.order,
                    "title": one.title,
                }
                for brand, one in rows
            ]
        )
        return
    output.table(
        ("layout", "brand", "width over height", "order", "what it is"),
        ((one.name, brand, _shapes(one.from_shape, one.below_shape), str(one.order), one.title) for brand, one in rows),
        empty="No layouts are configured.",
    )


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="A layout file (.yaml).", exists=True, dir_okay=False)],
    json: options.Json = False,
) -> None:
    """Say whether a layout file can be used, and if not, which line is wrong. Leaves with 78 when it cannot."""
    from briefmill.stages import layoutbook

    layout = layoutbook.load(file)
    if json:
        output.as_json({"name": layout.name, "title": layout.title})
    else:
        output.line(f"{layout.name} can be used, for {_shapes(layout.from_shape, layout.below_shape)}.")


@app.command("preview")
def show(
    names: Annotated[list[str] | None, typer.Argument(help="Layouts to show. Default: all.")] = None,
    out: Annotated[Path, typer.Option(help="The picture to write.")] = Path("layouts.jpg"),
    message: Annotated[str, typer.Option(help="Words of your own.")] = "",
    locale: Annotated[
        str, typer.Option(help="The locale of the words: it decides direction, breaks and fonts.")
    ] = "en",
    brand: Annotated[str, typer.Option(help="The brand whose own layouts count, by its slug.")] = "",
    home: options.Home = None,
) -> None:
    """Draw a sheet of the layouts in every shape that they serve."""
    from briefmill.stages.task import Sample
    from briefmill.wiring import previewing

    usual = Sample()
    sample = Sample(
        locale=locale,
        message=message or usual.message,
        cta=usual.cta if not message else "",
        disclaimer=usual.disclaimer if not message else "",
        brand=brand,
    )
    out.write_bytes(previewing.specimens(options.load(home), sample, names or ()))
    output.line(f"{out} shows them.")


def _shapes(start: float, end: float) -> str:
    if end == float("inf"):
        return f"from {start:g}"
    return f"{start:g} to {end:g}"
