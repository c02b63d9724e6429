"""登入: one line what to do, and a place to paste a token."""

from html import escape

from cockpit.catalogue import texts
from layouts.document import document


def signin_page(lang: str, wrong: str = "", onward: str = "") -> str:
    """The document of /signin, without any script: it must work when nothing else does.

    `wrong`: key of the text that says what went wrong, or empty; `onward`: the path to go on to. Its form
    posts `token` and `next` to /signin.
    """
    words = texts(lang)
    alert = f'<p class="alert" role="alert">{escape(words[wrong])}</p>' if wrong else ""
    body = (
        f"<h1>{escape(words['signin.title'])}</h1><p>{escape(words['signin.what'])}</p>{alert}"
        '<form method="post" action="/signin">'
        f'<label for="token">{escape(words["signin.token"])}</label>'
        '<input id="token" name="token" type="password" autocomplete="current-password" spellcheck="false"'
        " required autofocus>"
        f'<input type="hidden" name="next" value="{escape(onward)}">'
        f'<button type="submit" data-action="signin">{escape(words["signin.enter"])}</button></form>'
    )
    return document(words["signin.title"], body, words)
