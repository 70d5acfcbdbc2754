"""What Meetlat runs with, as a bill of materials (CycloneDX), and whether all of it may be used.

Usage: python -m tests.support.bill [file]

Names every package whose licence is not among those that are allowed, and then ends with 1. With a file it
also writes the bill there, once it holds against the schema of CycloneDX.

Nothing is asked of a network: versions and hashes come from the locks, licences from what is installed and
locked, the schema from the library. See docs/decisions/016-bill-of-materials.md.
"""

from __future__ import annotations

import base64
import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from license_expression import ExpressionError, LicenseSymbol, Licensing
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
ALLOWED = frozenset(
    """
    0BSD Apache-2.0 BSD-2-Clause BSD-3-Clause CC0-1.0 EUPL-1.2 ISC LGPL-3.0-only MIT MIT-0 MIT-CMU MPL-2.0
    PSF-2.0 Unlicense Zlib
    """.split()
)
"""The licences (SPDX) under which Meetlat may run with something; docs/third-party.md has what they ask."""
CLASSIFIERS = {
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: BSD License": "BSD-3-Clause",  # read: none of ours has two clauses
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: Python Software Foundation License": "PSF-2.0",
    "License :: OSI Approved :: The Unlicense (Unlicense)": "Unlicense",
}
"""What the words of packages mean that name their licence in no other way."""
BUILDS = re.compile(r"(@esbuild/.+|esbuild)$")
"""What the style sheet and script are built with, and no browser gets."""
LOCKED = re.compile(r"^([\w.-]+==[^\\\n]+)((?:\\\n +--hash=sha256:[0-9a-f]{64} ?)+)", re.MULTILINE)
READ = {"pyrage": "MIT"}
"""Packages that name no licence in what can be read of them, but in a text that comes along: it was read."""
_licensing = Licensing()


@dataclass(frozen=True)
class Package:
    """Something that Meetlat runs with.

    `licence` is an SPDX expression, empty when the package has none that can be read. `hashes` are those that
    its lock allows, each as algorithm and hexadecimal digits.
    """

    ecosystem: str
    name: str
    version: str
    licence: str
    hashes: tuple[tuple[str, str], ...]

    @property
    def may_be_used(self) -> bool:
        """Whether its licence allows what Meetlat does with it."""
        try:
            return _allowed(_licensing.parse(self.licence))
        except ExpressionError:
            return False


def packages() -> list[Package]:
    """What is installed from the lock for running, and what is bundled for browsers.

    Raises PackageNotFoundError for what is in the lock and not installed.
    """
    return [*_installed(), *_bundled()]


def _installed() -> Iterator[Package]:
    for wanted, hashes in LOCKED.findall((ROOT / "requirements" / "run.txt").read_text("utf-8")):
        locked = Requirement(wanted)
        if locked.marker is None or locked.marker.evaluate():
            [version] = [each.version for each in locked.specifier]
            digests = tuple(("SHA-256", each) for each in re.findall(r"[0-9a-f]{64}", hashes))
            yield Package("pypi", locked.name, version, _licence(metadata.metadata(locked.name)), digests)


def _bundled() -> Iterator[Package]:
    locked = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    for place, found in sorted(locked.items()):
        name = place.rpartition("node_modules/")[2]
        if name and not BUILDS.match(name) and not found.get("dev"):
            algorithm, _, digest = found["integrity"].partition("-")
            hashes = ((algorithm.upper().replace("SHA", "SHA-"), base64.b64decode(digest).hex()),)
            yield Package("npm", name, found["version"], found.get("license", ""), hashes)


def _licence(about: Any) -> str:
    """The licence that a package names: as an expression, in a word, or by a classifier."""
    if expression := about.get("License-Expression"):
        return str(expression)
    if (word := about.get("License")) in ALLOWED:
        return str(word)
    known = [CLASSIFIERS[each] for each in about.get_all("Classifier") or [] if each in CLASSIFIERS]
    return " AND ".join(sorted(known)) or READ.get(about["Name"], "")


def _allowed(licence: Any) -> bool:
    if isinstance(licence, _licensing.AND):
        return all(_allowed(each) for each in licence.args)
    if isinstance(licence, _licensing.OR):
        return any(_allowed(each) for each in licence.args)
    return isinstance(licence, LicenseSymbol) and licence.key in ALLOWED


def bill(found: Iterable[Package]) -> str:
    """The bill of materials, as the JSON of CycloneDX 1.6. Raises ValueError when its schema refuses it."""
    # a second of imports, which checking licences does without
    from cyclonedx.model import HashAlgorithm, HashType
    from cyclonedx.model.bom import Bom
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.model.license import LicenseExpression
    from cyclonedx.output.json import JsonV1Dot6
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator
    from packageurl import PackageURL

    made = Bom()
    version = metadata.version("meetlat")
    made.metadata.component = Component(
        name="meetlat", version=version, type=ComponentType.APPLICATION, bom_ref=f"meetlat@{version}"
    )
    parts = []
    for package in found:
        namespace, _, name = package.name.rpartition("/")
        address = PackageURL(package.ecosystem, namespace or None, name, package.version)
        parts.append(
            Component(
                name=name,
                group=namespace or None,
                version=package.version,
                type=ComponentType.LIBRARY,
                bom_ref=address.to_string(),
                purl=address,
                licenses=[LicenseExpression(package.licence)],
                hashes=[HashType(alg=HashAlgorithm(kind), content=digits) for kind, digits in package.hashes],
            )
        )
    made.components.update(parts)
    made.register_dependency(made.metadata.component, parts)
    text = JsonV1Dot6(made).output_as_string(indent=2)
    fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if fault is not None:
        raise ValueError(f"CycloneDX refuses the bill: {fault}")
    return text


def main(*target: str) -> None:
    """Check the licences; write the bill to a file when one is named."""
    found = packages()
    refused = [each for each in found if not each.may_be_used]
    if refused:
        lines = [f"  {each.name} {each.version}: {each.licence or 'names none'}" for each in refused]
        raise SystemExit(
            "\n".join(["Not among the licences that are allowed (tests/support/bill.py):", *lines])
        )
    if target:
        path = Path(target[0])
        path.parent.mkdir(exist_ok=True)
        path.write_text(bill(found) + "\n", encoding="utf-8")
        sys.stdout.write(f"{len(found)} packages in {path}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
