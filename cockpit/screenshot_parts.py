"""导出图片的组合: who makes pictures of pages, with which browser, and where they are kept, from the settings."""

import os
from datetime import UTC, datetime, timedelta

from cockpit.api.identity import CSRF_COOKIE, SESSION_COOKIE
from cockpit.catalogue import Texts, texts
from cockpit.data_dir import DataDir
from cockpit.listening import LISTEN_FD_NAME, local_url
from cockpit.parts import Parts
from cockpit.services.screenshots.child import take
from cockpit.services.screenshots.chromium import find_chromium
from cockpit.services.screenshots.desk import ScreenshotDesk
from cockpit.services.screenshots.order import Caption
from cockpit.services.screenshots.shelf import Picture, PictureShelf
from cockpit.settings import Settings
from cockpit.situation.indicators import BY_NAME
from cockpit.store.accounts import Accounts


def screenshot_desk_of(parts: Parts, accounts: Accounts) -> ScreenshotDesk:
    """The desk of this web process."""
    settings, data = parts.settings, DataDir(parts.settings.data_dir)

    def cookies(cookie: str) -> dict[str, str]:
        session = accounts.find_session(cookie, datetime.now(UTC))
        return {SESSION_COOKIE: cookie, **({CSRF_COOKIE: session.csrf} if session else {})}

    return ScreenshotDesk(
        shelf=PictureShelf(data.screenshots),
        sessions=accounts,
        chromium=lambda: find_chromium(settings.chromium),
        origin=lambda: own_address(settings),
        caption=lambda picture: caption_of(parts, picture),
        take=take,
        cookies=cookies,
        kept_for=timedelta(days=settings.screenshots_kept_days),
        font_cache=str(data.cache / "fonts"),
        clock=lambda: datetime.now(UTC),
    )


def own_address(settings: Settings) -> str:
    """Where this process is reached from this machine: the one address that its Chromium may open.

    `cockpit up` keeps the socket and puts down where it listens; a web process of its own listens as it is set.
    """
    kept = DataDir(settings.data_dir).find_address() if os.environ.get(LISTEN_FD_NAME) else None
    return kept or local_url(settings.host, settings.port)


def caption_of(parts: Parts, picture: Picture) -> Caption:
    """What the strip of a picture says of where it is from."""
    city, words = parts.city, texts(picture.lang)
    return Caption(
        lang=picture.lang,
        page=picture.page,
        place=city.title_of(picture.scope, picture.lang) or words["product.short"],
        scope=picture.scope,
        by=picture.asked_by,
        tz=city.tz,
        demo=city.demo,
        definitions={
            name: (
                _said(words, picture.page, name, "title"),
                indicator.version,
                _said(words, picture.page, name, "definition"),
            )
            for name, indicator in BY_NAME.items()
        },
    )


def _said(words: Texts, page: str, name: str, part: str) -> str:
    """As that page says it: what the wall counts since midnight the others count over a period."""
    usual = words[f"indicator.{name}.{part}"]
    return usual if page == "screen" else words.find(f"indicator_period.{name}.{part}", usual)
