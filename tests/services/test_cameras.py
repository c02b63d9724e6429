"""摄像机: which address a docked camera is played from."""

from cockpit.services.wartime.cameras import CameraAddresses, addresses_of_city, hosts_of

TEMPLATE = "https://video.example.cn/{id}/whep"


def test_a_template_leads_to_every_camera_by_its_id() -> None:
    camera = CameraAddresses(template=TEMPLATE).camera("cam 7/1", "高教路北", 120.0)
    assert (camera.url, camera.stream) == ("https://video.example.cn/cam%207%2F1/whep", "whep")


def test_an_address_of_its_own_comes_first_where_its_host_is_trusted() -> None:
    addresses = CameraAddresses(template=TEMPLATE, hosts=hosts_of("hls.example.cn:8443, 10.1.2.3"), is_demo=True)
    own = addresses.camera("c7", "高教路北", 120.0, own="https://HLS.example.cn:8443/c7/index.m3u8")
    assert (own.stream, own.is_demo) == ("hls", False)
    elsewhere = addresses.camera("c7", "高教路北", 120.0, own="https://evil.example.com/c7/index.m3u8")
    assert elsewhere.url == "https://video.example.cn/c7/whep"
    leaking = addresses.camera("c7", "高教路北", 120.0, own="http://admin:pw@10.1.2.3/c7.jpg")
    assert leaking.url == "https://video.example.cn/c7/whep"


def test_a_camera_whose_address_nobody_can_play_has_none() -> None:
    camera = CameraAddresses(template="https://video.example.cn/{id}").camera("c7", "高教路北", 120.0)
    assert (camera.url, camera.stream) == ("", "")
    assert addresses_of_city({}).camera("c7", "高教路北", 120.0).url == ""
