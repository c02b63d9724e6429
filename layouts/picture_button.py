"""导出图片: the button that has a picture made of the page it stands on; 95-pictures.js does the rest."""

import json
from typing import Any

from dash import html

from cockpit.catalogue import Texts


def picture_texts(texts: Texts) -> str:
    """The texts that the script needs."""
    said = {key: text for key, text in texts.items() if key.startswith("picture.") and "note" not in key}
    return json.dumps(said, ensure_ascii=False)


def picture_button(page: str, texts: Texts, css: str = "") -> Any:
    """`导出图片` for one of `services.screenshots.asked.PAGES`."""
    return html.Button(
        texts["picture.button"],
        type="button",
        className=css,
        title=texts["picture.button_what"],
        **{"data-action": "picture", "data-page": page, "data-texts": picture_texts(texts)},
    )
