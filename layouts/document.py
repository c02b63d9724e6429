"""页: plain HTML documents for pages without a session, where there is no Dash yet."""

from html import escape

from cockpit.catalogue import Texts

STYLESHEETS = ("/assets/css/10-tokens.css", "/assets/css/80-plain.css")


def document(title: str, body: str, texts: Texts, *, refresh_s: int = 0) -> str:
    """An HTML document in the product's look; `body` is trusted HTML, `title` is text."""
    links = "".join(f'<link rel="stylesheet" href="{escape(href)}">' for href in STYLESHEETS)
    refresh = f'<meta http-equiv="refresh" content="{refresh_s}">' if refresh_s else ""
    return (
        f'<!doctype html><html lang="{escape(texts.lang)}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1">{refresh}'
        f"<title>{escape(title)} · {escape(texts['product.name'])}</title>{links}</head>"
        f'<body class="plain"><main><p class="product">{escape(texts["product.name"])}</p>{body}</main></body></html>'
    )
