"""网格员小屏: serves the phone's page, its worker and its manifest. The page is the same for everybody and says so."""

import json
from hashlib import blake2b
from pathlib import Path

from flask import Blueprint, Response

from layouts.phone import manifest, phone_page

PATH = "/m"
#: files of the page in the order in which they are loaded; the first two are the wall's own
_SHARED = ("js/10-bus.js", "js/20-wire.js")
_STYLES = ("css/10-tokens.css", "css/21-glyphs.css", "phone/phone.css")
_ICONS = ("phone/icon.svg", "phone/icon-192.png", "phone/icon-512.png")
_WORKER = "phone/sw.js"
_POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; connect-src 'self' ws: wss:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)


def phone_blueprint(assets: Path) -> Blueprint:
    """`/m`, `/m/sw.js`, `/m/manifest.webmanifest`. Files are named with their content's hash, so none is ever old."""
    parts = sorted(f"phone/{p.name}" for p in (assets / "phone").glob("*.js") if p.name != Path(_WORKER).name)
    scripts = [_address(assets, name) for name in (*_SHARED, *parts)]
    styles = [_address(assets, name) for name in _STYLES]
    page = phone_page(styles=styles, scripts=scripts)
    shell = [PATH, *styles, *scripts, *(f"/assets/{name}" for name in _ICONS)]
    version = _digest("\n".join((page, *shell)).encode())
    head = f"self.SHELL = {json.dumps({'version': version, 'files': shell})};\n"
    worker = head + (assets / _WORKER).read_text(encoding="utf-8")
    blueprint = Blueprint("phone", __name__)

    @blueprint.get(PATH)
    def show() -> Response:
        headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-cache"}
        return Response(page, mimetype="text/html", headers=headers)

    @blueprint.get(f"{PATH}/sw.js")
    def work() -> Response:
        headers = {"Service-Worker-Allowed": PATH, "Cache-Control": "no-cache"}
        return Response(worker, mimetype="text/javascript", headers=headers)

    @blueprint.get(f"{PATH}/manifest.webmanifest")
    def install() -> Response:
        return Response(json.dumps(manifest(), ensure_ascii=False), mimetype="application/manifest+json")

    return blueprint


def _address(assets: Path, name: str) -> str:
    return f"/assets/{name}?v={_digest((assets / name).read_bytes())}"


def _digest(body: bytes) -> str:
    return blake2b(body, digest_size=6).hexdigest()
