"""`cockpit picture`: has the running cockpit make a picture of one of its pages, and writes it to a file."""

import time
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qsl

import typer

from cockpit.terminal import DataDirOption, SetOption, tell, use

_LOOK_EVERY_S = 0.5


def picture(
    out: Annotated[Path, typer.Option(help="the PNG file to write")],
    page: Annotated[str, typer.Option(help="screen, leader, thematic or iot")] = "screen",
    as_of: Annotated[str, typer.Option(help="an instant of the past with its zone; without it now")] = "",
    scope: Annotated[str, typer.Option(help="division or grid code; without it the whole scope")] = "",
    size: Annotated[str, typer.Option(help="1920x1080, 3840x1080 or 3840x2160")] = "1920x1080",
    query: Annotated[str, typer.Option(help="more of the page's address, e.g. range=week&source=citizen")] = "",
    lang: Annotated[str, typer.Option(help="zh-CN or en")] = "zh-CN",
    url: Annotated[str, typer.Option(help="the cockpit to ask; without it the data directory's")] = "",
    data_dir: DataDirOption = None,
    settings: SetOption = None,
) -> None:
    """导出图片: a page as PNG, as the account of COCKPIT_TOKEN sees it (without it, admin's of the data directory)."""
    use({"data_dir": data_dir}, settings)
    told = dict(parse_qsl(query)) | ({"as_of": as_of} if as_of else {})
    body = {"page": page, "size": size, "scope": scope, "query": told}

    def run() -> None:
        from cockpit.asking import Asking
        from cockpit.settings import Settings

        with Asking(Settings(), url) as asking:
            row = _made(asking, asking.post("screenshots", body, lang=lang))
            out.write_bytes(asking.file(f"screenshots/{row['id']}.png"))
        print(f"{out}: {row['width']} × {row['height']}, as of {row['as_of']}")

    tell(run)


def _made(asking: Any, row: dict[str, Any]) -> dict[str, Any]:
    """The row once the picture is there. TellError with why there is none."""
    from cockpit.exits import TellError

    while row["state"] in ("waiting", "making"):
        time.sleep(_LOOK_EVERY_S)
        row = asking.get(f"screenshots/{row['id']}")
    if row["state"] != "made":
        raise TellError(f"no picture: {row['error']}")
    return row
