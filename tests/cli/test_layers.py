"""`cockpit import layer` and `cockpit layers`: versions with the way back, and nothing half-imported."""

from pathlib import Path

import pytest

from cockpit.cli_data import back_up, restore_from
from cockpit.data_dir import DataDir
from cockpit.exits import WrongUseError
from cockpit.layer_import import LayerFile, go_back, list_layers, list_versions, take_layer
from cockpit.parts import Parts
from cockpit.settings import Settings
from tests.cli.running import cockpit
from tests.services.importer.cities import IN_WEST_GRID, LAT, small_city

ROWS = "id,name,lon,lat\n"


class Desk:
    """An installation of a small city, and files to import."""

    def __init__(self, directory: Path) -> None:
        small_city(directory / "city")
        self.directory, self.said = directory, list[str]()
        self.settings = Settings(data_dir=directory / "data", city=str(directory / "city"))

    def file(self, name: str, rows: str) -> LayerFile:
        (self.directory / name).write_text(rows, encoding="utf-8")
        return LayerFile(path=self.directory / name)

    def take(self, file: LayerFile, name: str = "school", *, dry_run: bool = False) -> bool:
        return take_layer(self.settings, name, file, refused_file=None, dry_run=dry_run, say=self.said.append)

    def shown(self, name: str = "school") -> tuple[str, int] | None:
        """Version and count of what a web process that starts now shows."""
        parts = Parts(self.settings)
        try:
            found = parts.layer_shelf.find(name)
            return (found.version, found.columns.count().total) if found else None
        finally:
            parts.close()

    def folders(self, name: str = "school") -> list[Path]:
        return sorted(DataDir(self.settings.data_dir).layers.joinpath(name).glob("[!.]*"))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_an_import_is_a_version_and_the_way_back_leads_to_the_one_before(desk: Desk) -> None:
    first = desk.file("a.csv", f"{ROWS}1,一小,{IN_WEST_GRID},{LAT}\n")
    second = desk.file("b.csv", f"{ROWS}1,一小,{IN_WEST_GRID},{LAT}\n2,二小,{IN_WEST_GRID},{LAT}\n")
    assert desk.take(first, dry_run=True) and not DataDir(desk.settings.data_dir).layers.exists()
    assert desk.take(first) and desk.shown() == ("v1", 1)
    assert desk.take(second) and desk.shown() == ("v2", 2)
    assert desk.take(second) and "nothing changed" in desk.said[-1]
    go_back(desk.settings, "school", None, desk.said.append)
    assert desk.shown() == ("v1", 1)
    go_back(desk.settings, "school", None, desk.said.append)
    assert desk.shown() is None
    with pytest.raises(WrongUseError, match="no way back"):
        go_back(desk.settings, "school", None, desk.said.append)
    go_back(desk.settings, "school", 2, desk.said.append)
    assert desk.shown() == ("v2", 2)
    list_versions(desk.settings, "school", desk.said.append)
    assert desk.said[-3].startswith("*   2") and desk.said[-3].endswith("b.csv")
    assert list_layers(desk.settings, desk.said.append)
    assert any("school" in line and "v2, 2 of" in line for line in desk.said)


def test_a_file_that_breaks_off_leaves_everything_as_it_was(desk: Desk) -> None:
    desk.take(desk.file("a.csv", f"{ROWS}1,一小,{IN_WEST_GRID},{LAT}\n"))
    before = desk.folders()
    many = "".join(f"{n},校,{IN_WEST_GRID},{LAT}\n" for n in range(30_000))
    with pytest.raises(WrongUseError, match="cannot be read"):
        desk.take(desk.file("broken.csv", f'{ROWS}{many}"{"x" * 11_000_000}'))
    with pytest.raises(WrongUseError, match="no degrees"):
        desk.take(desk.file("metres.csv", f"{ROWS}1,一小,500000,3300000\n"))
    assert not desk.take(desk.file("none.csv", f"{ROWS}1,一小,{IN_WEST_GRID},\n2,二小,,\n"))
    assert desk.shown() == ("v1", 1) and desk.folders() == before
    assert not list(DataDir(desk.settings.data_dir).layers.joinpath("school").glob(".*/version"))


def test_old_versions_leave_the_disk(desk: Desk) -> None:
    settings = desk.settings = desk.settings.model_copy(update={"layer_versions_kept": 2})
    for n in range(1, 5):
        desk.take(desk.file(f"{n}.csv", ROWS + "".join(f"{i},校,{IN_WEST_GRID},{LAT}\n" for i in range(n))))
    assert len(desk.folders()) == 2 and desk.shown() == ("v4", 4)
    go_back(settings, "school", None, desk.said.append)
    assert desk.shown() == ("v3", 3)


def test_a_layer_of_ones_own_is_a_file_and_an_import(desk: Desk) -> None:
    told = desk.file("bus_stop.csv", f"{ROWS}1,城西站,{IN_WEST_GRID},{LAT}\n")
    with pytest.raises(WrongUseError, match=r"layers\.d.bus_stop\.toml makes one"):
        desk.take(told, "bus_stop")
    own = DataDir(desk.settings.data_dir).layer_files
    own.mkdir(parents=True, exist_ok=True)
    definition = 'title = "公交站"\ngroup = "place"\nowner = "区交通局"\nsource = "公交普查"\n'
    (own / "bus_stop.toml").write_text(definition, encoding="utf-8")
    with pytest.raises(WrongUseError, match="kinds Field required"):
        desk.take(told, "bus_stop")
    kinds = '[[kinds]]\nkey = "stop"\ntitle = "站"\n'
    (own / "bus_stop.toml").write_text(definition + kinds, encoding="utf-8")
    assert desk.take(told, "bus_stop") and desk.shown("bus_stop") == ("v1", 1)


def test_the_commands_say_what_they_did_and_end_as_they_should(desk: Desk) -> None:
    where = ("--data-dir", str(desk.settings.data_dir))
    file = desk.file("risk.csv", f"编号,名称,类型,经度,纬度\nR1,通道堵塞,消防隐患,{IN_WEST_GRID},{LAT}\nR2,x,y,9,9\n")
    done = cockpit("import", "risks", str(file.path), *where, COCKPIT_CITY=str(desk.directory / "city"))
    assert done.returncode == 0, done.stderr
    assert "taken 1" in done.stdout and "refused line 3: geometry lies outside 小城" in done.stdout
    assert "version 1 of risk is shown" in done.stdout
    assert cockpit("layers", "back", "risk", *where).returncode == 0
    back = cockpit("layers", "back", "risk", *where)
    assert back.returncode == 2 and "no way back" in back.stderr
    unknown = cockpit("import", "layer", "nowhere", str(file.path), *where)
    assert unknown.returncode == 2 and "known: " in unknown.stderr


def test_a_backup_takes_imported_versions_and_own_definitions_along(desk: Desk, tmp_path: Path) -> None:
    own = DataDir(desk.settings.data_dir).layer_files
    own.mkdir(parents=True, exist_ok=True)
    (own / "bus_stop.toml").write_text(
        'title = "公交站"\ngroup = "place"\nowner = "区交通局"\nsource = "普查"\n'
        '[[kinds]]\nkey = "stop"\ntitle = "站"\n',
        encoding="utf-8",
    )
    desk.take(desk.file("bus_stop.csv", f"{ROWS}1,城西站,{IN_WEST_GRID},{LAT}\n"), "bus_stop")
    (DataDir(desk.settings.data_dir).layers / "grid" / "book-1").mkdir(parents=True)
    (DataDir(desk.settings.data_dir).layers / "grid" / "book-1" / "about.json").write_text("{}", encoding="utf-8")
    back_up(desk.settings, tmp_path / "b.zip", with_secrets=False)
    desk.settings = desk.settings.model_copy(update={"data_dir": tmp_path / "restored"})
    restore_from(desk.settings, tmp_path / "b.zip")
    assert desk.shown("bus_stop") == ("v1", 1)
    assert not (DataDir(desk.settings.data_dir).layers / "grid").exists(), "that is made again"
