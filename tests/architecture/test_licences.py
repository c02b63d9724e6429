"""Licences: everything that a user of the program installs may be used, changed and shipped freely."""

import importlib.metadata
import re

from packaging.requirements import Requirement

#: beginnings of licence names, as SPDX or as the older free texts have them
PERMISSIVE = re.compile(
    r"^\(?(MIT|BSD|0BSD|3-Clause BSD|Apache|ISC|PSF|Python|Zlib|CNRI|"
    r"HPND|Historical Permission|Unlicense|The Unlicense|"
    r"(License :: )?CC0|CC-BY-4\.0|OFL-1\.1|MPL-2\.0|Mozilla Public License 2\.0|"
    r"LGPL-3\.0|LGPLv3|GNU Lesser General Public License v3)",
    re.I,
)
#: looked up by hand because their metadata say nothing that can be read by a program
BY_HAND: dict[str, str] = {
    # "EPL-2.0 OR BSD-3-Clause": we take the second, the Eclipse Distribution License
    "paho-mqtt": "BSD-3-Clause",
}


def _closure():
    """The distributions that `pip install cockpit` brings, by name."""
    found, waiting = {}, ["cockpit"]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        try:
            found[name] = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # for another platform
        for text in found[name].requires or ():
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                waiting.append(requirement.name)
    return {name: d for name, d in found.items() if name != "cockpit"}


def _licences(distribution):
    metadata = distribution.metadata
    told = [metadata.get("License-Expression"), *(metadata.get_all("Classifier") or ())]
    names = [t.removeprefix("License :: OSI Approved :: ") for t in told if t and (t == told[0] or "License ::" in t)]
    return names or [(metadata.get("License") or "").strip().splitlines()[0] if metadata.get("License") else ""]


def test_every_dependency_is_permissively_licensed():
    wrong = {}
    for name, distribution in _closure().items():
        licences = [BY_HAND[name]] if name in BY_HAND else _licences(distribution)
        if not any(PERMISSIVE.match(licence) for licence in licences):
            wrong[name] = licences
    assert not wrong
