"""Imports: nothing happens, the rooms keep to themselves, and the pure middle is pure."""

import ast
import json
import subprocess
import sys
import textwrap

from tests.architecture.source import PACKAGES, PROJECT, module_name, product_files, told, tree_of

#: what the pure rooms may use besides the standard library
THIRD_PARTY_OF = {"cockpit/domain": {"numpy"}, "cockpit/situation": {"numpy", "pandas", "msgspec"}}
#: the standard library's ways to the outside, the clock and chance
IMPURE = {"asyncio", "http", "os", "random", "secrets", "socket", "sqlite3", "subprocess", "threading", "time"}


def _imports(path):
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "", node.lineno


def test_the_domain_and_the_fold_use_nothing_but_numbers():
    for room, allowed in THIRD_PARTY_OF.items():
        for path in (PROJECT / room).rglob("*.py"):
            for name, line in _imports(path):
                top = name.partition(".")[0]
                known = top == "cockpit" or top in allowed or (top in sys.stdlib_module_names and top not in IMPURE)
                assert known, f"{told(path)}:{line} imports {name}"


def test_the_domain_and_the_fold_ask_no_clock():
    asked = {"now", "utcnow", "today"}
    for room in THIRD_PARTY_OF:
        for path in (PROJECT / room).rglob("*.py"):
            for node in ast.walk(tree_of(path)):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in asked:
                    owner = ast.unparse(node.func.value)
                    assert owner not in {"datetime", "date", "datetime.datetime"}, f"{told(path)}:{node.lineno}"


def test_the_simulator_imports_nothing_of_the_cockpit_but_itself():
    for path in (PROJECT / "cockpit/simulator").rglob("*.py"):
        for name, line in _imports(path):
            if name.partition(".")[0] in PACKAGES:
                assert name.startswith("cockpit.simulator"), f"{told(path)}:{line} imports {name}"


def test_importing_every_module_writes_nothing_and_calls_nobody():
    script = textwrap.dedent("""
        import importlib, json, sys
        happened, current = [], ""
        def watch(event, arguments):
            if event == "socket.bind" and arguments[1] == ("::1", 0):
                return  # urllib3 tries whether there is IPv6
            if event in ("socket.bind", "socket.connect", "subprocess.Popen", "os.fork", "os.mkdir", "os.remove"):
                happened.append([current, event, repr(arguments)[:200]])
            if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
                happened.append([current, event, repr(arguments)[:200]])
        names = json.loads(sys.stdin.read())
        sys.addaudithook(watch)
        for current in names:
            importlib.import_module(current)
        print(json.dumps(happened))
    """)
    names = [module_name(p) for p in product_files() if p.name != "__main__.py" and "migrations" not in p.parts]
    done = subprocess.run(
        [sys.executable, "-B", "-c", script],
        input=json.dumps(names),
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        # these very files, whatever checkout is installed
        env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "PYTHONPATH": str(PROJECT)},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout) == []
