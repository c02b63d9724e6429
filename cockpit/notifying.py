"""通知的组合: the outbox of the archive process and the sender of the dispatch process, joined from the settings."""

from typing import TYPE_CHECKING

from cockpit.exits import TellError
from cockpit.parts import Parts

if TYPE_CHECKING:
    from cockpit.services.notices.channels import Channel
    from cockpit.services.notices.outbox import Outbox
    from cockpit.services.notices.sender import Sender


def channels_of(parts: Parts) -> "list[Channel]":
    """The channels of the file that the settings name; TellError for one that cannot be used."""
    from cockpit.services.notices.channels import ChannelFileError, read_channels

    settings = parts.settings
    try:
        return read_channels(settings.notice_file or settings.data_dir / "notices.toml")
    except ChannelFileError as wrong:
        raise TellError(str(wrong)) from wrong


def outbox_of(parts: Parts) -> "Outbox":
    """What the archiver writes beside the journal; nothing without channels."""
    from cockpit.catalogue import texts
    from cockpit.services.notices.outbox import Outbox
    from cockpit.store.notices import Notices

    channels = channels_of(parts)
    # the city's geometry takes a second: only for those who need its names
    name_of = parts.city.title_of if channels else str
    return Outbox(Notices(parts.engine), channels, words=texts(parts.settings.notice_lang), name_of=name_of)


def find_sender(parts: Parts) -> "Sender | None":
    """Who empties the outbox; None without channels."""
    channels = channels_of(parts)
    if not channels:
        return None
    from cockpit.services.notices.apprised import Apprised
    from cockpit.services.notices.channels import ChannelFileError
    from cockpit.services.notices.sender import Sender
    from cockpit.store.notices import Notices

    deliver = Apprised()
    try:
        deliver.check(channels)
    except ChannelFileError as wrong:
        raise TellError(str(wrong)) from wrong
    return Sender(Notices(parts.engine), channels, deliver=deliver, name=parts.consumer)
