"""`cockpit import parts`: what a person at the terminal sees, and that the layer shows it."""

from cockpit.store.database import open_engine
from cockpit.store.layer_columns import LayerColumns
from cockpit.store.layer_versions import LayerVersions
from tests.cli.running import cockpit

TABLE = """part_code,class,subclass,name,state,owner,lon,lat
3301100000000001,01,01,上水井盖,完好,区林水局,119.98,30.27
3301100000000002,公用设施,污水井盖,,破损,,119.99,30.28
3301100000000003,01,01,,,,116.4,39.9
3301100000000001,01,01,,,,119.98,30.27
"""


def test_parts_become_a_version_of_their_layer_and_the_same_file_again_changes_nothing(tmp_path):
    file, data = tmp_path / "parts.csv", tmp_path / "data"
    file.write_text(TABLE, encoding="utf-8")

    def run(*more):
        return cockpit("import", "parts", str(file), *more, "--data-dir", str(data))

    dry = run("--dry-run")
    assert dry.returncode == 0, dry.stderr
    assert "taken 2" in dry.stdout and "dry run" in dry.stdout and not (data / "layers").exists()
    done = run("--refused", str(tmp_path / "refused.csv"))
    assert done.returncode == 0, done.stderr
    assert "refused line 4: lon lies outside 余杭区" in done.stdout
    assert "refused line 5: part_code 3301100000000001 stands above already" in done.stdout
    assert "4,lon,lies outside" in (tmp_path / "refused.csv").read_text(encoding="utf-8-sig")
    engine = open_engine(f"sqlite:///{data / 'cockpit.db'}")
    shown = LayerVersions(engine).in_use()["parts"]
    engine.dispose()
    assert (shown.version, shown.total, shown.refused) == (1, 2, 2)
    columns = LayerColumns.open(data / "layers" / "parts" / shown.folder)
    assert {f.id[-1]: (f.kind, f.state) for f in columns.items()} == {
        "1": ("part.01.01", "normal"), "2": ("part.01.02", "damaged"),
    }  # fmt: skip
    assert "nothing changed" in run().stdout


def test_a_table_without_our_columns_is_refused_in_one_line(tmp_path):
    file = tmp_path / "parts.csv"
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    done = cockpit("import", "parts", str(file), "--data-dir", str(tmp_path / "data"))
    assert done.returncode == 2 and "there is no 'part_code'" in done.stderr and not (tmp_path / "data").exists()
