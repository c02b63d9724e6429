"""网格员小屏 /m: the document that a phone keeps. It holds texts in every language and nothing about anybody, so it may
be shown without a connection; what is true now comes over the push."""

import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from cockpit.catalogue import LANGS, Texts, texts

#: the parts of the catalogue that the phone speaks
_SPOKEN = ("phone.", "stage.", "colour.")
_GROUND = "#0c1828"


def phone_page(*, styles: Sequence[str], scripts: Sequence[str]) -> str:
    """The document. `styles` and `scripts` are addresses in the order in which they are loaded."""
    first = texts(LANGS[0])
    spoken = {lang: _spoken(texts(lang)) for lang in LANGS}
    body = json.dumps(spoken, ensure_ascii=False).replace("<", "\\u003c")
    links = "".join(f'<link rel="stylesheet" href="{escape(href)}">' for href in styles)
    code = "".join(f'<script defer src="{escape(src)}"></script>' for src in scripts)
    return (
        f'<!doctype html><html lang="{LANGS[0]}" data-phone><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1,viewport-fit=cover">'
        f'<meta name="theme-color" content="{_GROUND}"><meta name="mobile-web-app-capable" content="yes">'
        f"<title>{escape(first['phone.title'])}</title>"
        '<link rel="manifest" href="/m/manifest.webmanifest" crossorigin="use-credentials">'
        '<link rel="icon" href="/assets/phone/icon.svg"><link rel="apple-touch-icon" href="/assets/phone/icon-192.png">'
        f'{links}</head><body data-theme="day"><main id="phone"><div id="head"></div><div id="link"></div>'
        f'<div id="view"></div><nav id="bar"></nav></main><div id="toasts" role="status" aria-live="polite"></div>'
        f"<noscript>{escape(first['phone.no_script'])}</noscript>"
        f'<script type="application/json" id="phone-texts">{body}</script>{code}</body></html>'
    )


def manifest() -> Mapping[str, Any]:
    """What makes the page installable."""
    words = texts(LANGS[0])
    return {
        "id": "/m",
        "name": words["phone.title"],
        "short_name": words["phone.short"],
        "lang": LANGS[0],
        "start_url": "/m",
        "scope": "/m",
        "display": "standalone",
        "orientation": "portrait",
        "background_color": _GROUND,
        "theme_color": _GROUND,
        "icons": [
            {"src": "/assets/phone/icon-192.png", "sizes": "192x192", "type": "image/png", "purpose": "any maskable"},
            {"src": "/assets/phone/icon-512.png", "sizes": "512x512", "type": "image/png", "purpose": "any maskable"},
        ],
    }


def _spoken(words: Texts) -> dict[str, str]:
    return {key: text for key, text in words.items() if key.startswith(_SPOKEN)}
