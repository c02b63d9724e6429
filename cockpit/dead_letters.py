"""`cockpit feed dead-letters`: messages of feeds that could not even be looked at, newest first."""

from cockpit.exits import TellError
from cockpit.running_redis import with_running_redis
from cockpit.settings import Settings

_SHOWN = 200


def show_dead_letters(limit: int) -> None:
    """A line each: when, which feed, where it came from, why, how it begins. TellError if Redis cannot be reached."""
    from cockpit.parts import Parts
    from cockpit.stream.connection import UNAVAILABLE

    parts = Parts(with_running_redis(Settings()))
    try:
        letters, kept = parts.dead_messages.list_newest(limit), parts.dead_messages.count()
    except UNAVAILABLE as away:
        raise TellError(f"Redis cannot be reached: {away}") from None
    finally:
        parts.close()
    for letter in letters:
        body = letter.body[:_SHOWN].decode(errors="backslashreplace")
        print(f"{letter.at:%Y-%m-%d %H:%M:%S} {letter.feed} {letter.topic or '-'}: {letter.reason} | {body!r}")
    print(f"{kept} dead letters are kept, {len(letters)} shown")
