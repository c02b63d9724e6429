"""视频流地址: which addresses can be kept for a camera, and how each is played."""

import pytest

from cockpit.domain.camera_stream import stream_of, wrong_with_stream


@pytest.mark.parametrize(
    ("url", "stream"),
    [
        ("https://video.example.cn/c/7/index.m3u8", "hls"),
        ("https://video.example.cn:8889/c7/whep", "whep"),
        ("http://10.1.2.3/shot.JPG?channel=2", "jpeg"),
        ("/assets/clips/street-1.webm", "video"),
        ("rtsp://10.1.2.3/live", ""),
        ("https://video.example.cn/page", ""),
    ],
)
def test_the_ending_tells_how_an_address_is_played(url: str, stream: str) -> None:
    assert stream_of(url) == stream


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("https://video.example.cn/c/7/index.m3u8", ""),
        ("http://10.1.2.3:8080/shot.jpg?channel=2", ""),
        ("/assets/clips/street-1.webm", "no http or https"),
        ("rtsp://10.1.2.3/live", "no http or https"),
        ("javascript:alert(1)//x.m3u8", "no http or https"),
        ("https://admin:12345@10.1.2.3/shot.jpg", "name or password"),
        ("https://v.example.cn/a.m3u8?access_token=abc", "token or key"),
        ("https://v.example.cn/a.m3u8?Sign=abc", "token or key"),
        ("https://v.example.cn/player.html", "no ending"),
        ("https://v.example.cn:99999/a.m3u8", "no web address"),
        ("https://[::1/a.m3u8", "no web address"),
    ],
)
def test_an_address_with_a_secret_in_it_or_that_nobody_can_play_is_not_kept(url: str, wrong: str) -> None:
    said = wrong_with_stream(url)
    assert wrong in said
    assert bool(said) == bool(wrong)
