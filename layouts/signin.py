"""登入: one line what to do, and a place to paste a token."""

from collections.abc import Sequence
from html import escape
from typing import Literal

from cockpit.catalogue import Texts
from layouts.document import STYLESHEETS, document


def signin_page(
    texts: Texts,
    *,
    action: str = "/signin",
    onward: str = "",
    problem: Literal["", "wrong", "ended"] = "",
    stylesheets: Sequence[str] = STYLESHEETS,
) -> str:
    """The document of /signin; its form posts `token` and `next` (where to go on) to `action`."""
    alert = f'<p class="alert" role="alert">{escape(texts[f"signin.{problem}"])}</p>' if problem else ""
    body = (
        f"<h1>{escape(texts['signin.title'])}</h1><p>{escape(texts['signin.what'])}</p>{alert}"
        f'<form method="post" action="{escape(action)}">'
        f'<label for="token">{escape(texts["signin.token"])}</label>'
        '<input id="token" name="token" type="password" autocomplete="off" spellcheck="false" required autofocus>'
        f'<input type="hidden" name="next" value="{escape(onward)}">'
        f'<button type="submit" data-action="signin">{escape(texts["signin.enter"])}</button></form>'
    )
    return document(texts["signin.title"], body, texts, stylesheets=stylesheets)
