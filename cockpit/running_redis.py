"""The Redis of an installation for who looks at it from beside: that of the settings, or the embedded one that runs."""

from pydantic import SecretStr

from cockpit.exits import TellError
from cockpit.settings import Settings


def with_running_redis(settings: Settings) -> Settings:
    """Settings with a Redis URL in them. TellError when none is set and no embedded one runs."""
    from cockpit.stream.embedded import EmbeddedServer

    if settings.redis_url is not None:
        return settings
    url = EmbeddedServer(settings.data_dir).find_running_url()
    if url is None:
        raise TellError(f"no Redis runs for {settings.data_dir}; is `cockpit up` running?")
    return settings.model_copy(update={"redis_url": SecretStr(url)})
