"""`cockpit import layer`, `import risks` and `cockpit layers …`: things onto a thematic layer, and the way back."""

from pathlib import Path
from typing import Annotated

import typer

from cockpit.terminal import (
    CrsOption,
    DataDirOption,
    DryRunOption,
    FileArgument,
    OutsideOption,
    RefusedOption,
    SetOption,
    refuse,
    tell,
    use,
)

app = typer.Typer(help="Thematic layers (专题图层): list them, their versions, and the way back.", no_args_is_help=True)

NameAndFile = Annotated[
    list[str], typer.Argument(metavar="[NAME] FILE", help="the layer, unless the file is called like it")
]
ProfileOption = Annotated[Path | None, typer.Option(help="TOML: which columns are ours (docs/layers.md)")]
TagOption = Annotated[list[str] | None, typer.Option("--tag", metavar="K[=V]", help="of OpenStreetMap: what to take")]
SublayerOption = Annotated[str | None, typer.Option(help="of a file that holds several layers")]
SwapOption = Annotated[bool, typer.Option("--swap", help="longitude and latitude stand the wrong way round")]
LayerArgument = Annotated[str, typer.Argument(metavar="NAME")]


def import_layer(
    names: NameAndFile,
    profile: ProfileOption = None,
    crs: CrsOption = None,
    tags: TagOption = None,
    sublayer: SublayerOption = None,
    swap: SwapOption = False,
    outside: OutsideOption = False,
    dry_run: DryRunOption = False,
    refused: RefusedOption = None,
    data_dir: DataDirOption = None,
    settings: SetOption = None,
) -> None:
    """专题图层: a new version of a layer from GeoJSON, CSV, XLSX, Shapefile, GeoPackage or OpenStreetMap."""
    if len(names) > 2:
        refuse("import layer wants NAME FILE, or FILE alone")
    file = Path(names[-1])
    name = names[0] if len(names) == 2 else file.name.partition(".")[0]
    use({"data_dir": data_dir}, settings)

    def run() -> None:
        from cockpit.layer_import import LayerFile, take_layer
        from cockpit.settings import Settings

        told = LayerFile(
            path=file, profile=profile, crs=crs or "", tags=tuple(tags or ()), sublayer=sublayer, swap=swap,
            outside=outside,
        )  # fmt: skip
        if not take_layer(Settings(), name, told, refused_file=refused, dry_run=dry_run, say=print):
            raise typer.Exit(1)

    tell(run)


def import_risks(
    file: FileArgument,
    profile: ProfileOption = None,
    crs: CrsOption = None,
    swap: SwapOption = False,
    dry_run: DryRunOption = False,
    refused: RefusedOption = None,
    data_dir: DataDirOption = None,
    settings: SetOption = None,
) -> None:
    """风险隐患: the register of risks, as the layer `risk`; the file replaces the register before it."""
    import_layer(
        ["risk", str(file)], profile=profile, crs=crs, swap=swap, dry_run=dry_run, refused=refused,
        data_dir=data_dir, settings=settings,
    )  # fmt: skip


@app.command("list")
def list_(data_dir: DataDirOption = None, settings: SetOption = None) -> None:
    """Every layer with the version that it shows, and files that are no layer."""
    use({"data_dir": data_dir}, settings)

    def run() -> None:
        from cockpit.layer_import import list_layers
        from cockpit.settings import Settings

        if not list_layers(Settings(), print):
            raise typer.Exit(1)

    tell(run)


@app.command("versions")
def versions(name: LayerArgument, data_dir: DataDirOption = None, settings: SetOption = None) -> None:
    """What was imported into a layer, the newest first; `*` is shown."""
    use({"data_dir": data_dir}, settings)

    def run() -> None:
        from cockpit.layer_import import list_versions
        from cockpit.settings import Settings

        list_versions(Settings(), name, print)

    tell(run)


@app.command("back")
def back(
    name: LayerArgument,
    to: Annotated[int | None, typer.Option(metavar="N", min=0, help="that version; 0 is what came with it")] = None,
    data_dir: DataDirOption = None,
    settings: SetOption = None,
) -> None:
    """Show the version before the one that is shown. Nothing is lost: `--to` leads forward again."""
    use({"data_dir": data_dir}, settings)

    def run() -> None:
        from cockpit.layer_import import go_back
        from cockpit.settings import Settings

        go_back(Settings(), name, to, print)

    tell(run)
