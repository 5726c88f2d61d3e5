"""Fetch the pinned front-end packages and copy or draw the files used into static/vendor, static/icons and static/maps.

Run by hand after changing a version below: `python -m scripts.vendor`. Needs npm. Everything written is checked in, with
a list of names, versions, licences and fingerprints in static/vendor/VENDOR.json.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

from scripts import world_map

STATIC = Path(__file__).resolve().parent.parent / "static"
VENDOR = STATIC / "vendor"
LIST = VENDOR / "VENDOR.json"
SPRITE = STATIC / "icons" / "sprite.svg"
SVG = "http://www.w3.org/2000/svg"


@dataclass(frozen=True)
class Package:
    """One pinned package: where its files go and which of them are used (path inside it -> our name)."""

    name: str
    version: str
    licence: str
    folder: str
    files: dict[str, str] = field(default_factory=dict)


PACKAGES = (
    Package(
        "bootstrap",
        "5.3.9",
        "MIT",
        "bootstrap",
        {"dist/css/bootstrap.min.css": "bootstrap.min.css", "LICENSE": "LICENSE"},
    ),
    Package(
        "@fontsource-variable/inter",
        "5.3.0",
        "OFL-1.1",
        "inter",
        {"files/inter-latin-wght-normal.woff2": "inter-latin-wght-normal.woff2", "LICENSE": "LICENSE"},
    ),
    Package(
        "@fontsource-variable/source-serif-4",
        "5.3.1",
        "OFL-1.1",
        "source-serif-4",
        {
            "files/source-serif-4-latin-wght-normal.woff2": "source-serif-4-latin-wght-normal.woff2",
            "LICENSE": "LICENSE",
        },
    ),
    Package("bootstrap-icons", "1.13.2", "MIT", "bootstrap-icons", {"LICENSE": "LICENSE"}),
    # The maps themselves are Natural Earth's, in the public domain.
    Package("world-atlas", "2.0.2", "ISC", "world-atlas", {"LICENSE": "LICENSE"}),
)

#: Name in our sprite -> drawing in Bootstrap Icons.
ICONS = {
    "arrow-left": "arrow-left",
    "arrow-right": "arrow-right",
    "book": "book",
    "calendar": "calendar3",
    "chart": "bar-chart-line",
    "check": "check-lg",
    "clock": "clock",
    "download": "download",
    "eye": "eye",
    "eye-slash": "eye-slash",
    "flag": "flag",
    "flag-filled": "flag-fill",
    "gear": "gear",
    "half": "circle-half",
    "house": "house-door",
    "info": "info-circle",
    "keyboard": "keyboard",
    "list": "list-ul",
    "map": "map",
    "moon": "moon-stars",
    "more": "three-dots",
    "pencil": "pencil",
    "person": "person",
    "play": "play-fill",
    "plus": "plus-lg",
    "printer": "printer",
    "question": "question-circle",
    "quiz": "card-checklist",
    "search": "search",
    "speaker": "volume-up",
    "sun": "sun",
    "trash": "trash3",
    "undo": "arrow-counterclockwise",
    "upload": "upload",
    "warning": "exclamation-triangle",
    "x": "x-lg",
}


def fetch(package: Package, folder: Path) -> dict[str, bytes]:
    """Return the files of the package's archive by their path inside it."""
    command = [
        "npm",
        "pack",
        f"{package.name}@{package.version}",
        "--silent",
        "--pack-destination",
        str(folder),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"npm could not fetch {package.name} {package.version}:\n{done.stderr.strip()}")
    archive = folder / done.stdout.strip().splitlines()[-1]
    files: dict[str, bytes] = {}
    with tarfile.open(archive) as tar:
        for member in tar.getmembers():
            stream = tar.extractfile(member) if member.isfile() else None
            if stream is not None:
                files[member.name.partition("/")[2]] = stream.read()
    return files


def draw_sprite(files: dict[str, bytes]) -> bytes:
    """Return one SVG with a symbol for each icon used."""
    ET.register_namespace("", SVG)
    sprite = ET.Element(f"{{{SVG}}}svg")
    for ours, theirs in sorted(ICONS.items()):
        drawing = ET.fromstring(files[f"icons/{theirs}.svg"])  # noqa: S314 - a pinned package, checked by npm
        symbol = ET.SubElement(sprite, f"{{{SVG}}}symbol", id=ours, viewBox=drawing.attrib["viewBox"])
        symbol.extend(list(drawing))
    text = ET.tostring(sprite, encoding="unicode")
    return re.sub(r">\s+<", "><", text).replace("<symbol", "\n<symbol").encode() + b"\n"


def sha256(content: bytes) -> str:
    """Return the fingerprint written into the list."""
    return hashlib.sha256(content).hexdigest()


def changed_under_same_version(package: Package, hashes: dict[str, str]) -> list[str]:
    """Return the files whose content differs from the list although the version does not."""
    if not LIST.exists():
        return []
    listed = json.loads(LIST.read_text("utf-8"))["packages"]
    before = next((entry for entry in listed if entry["name"] == package.name), None)
    if before is None or before["version"] != package.version:
        return []
    return [name for name, value in hashes.items() if before["files"].get(name, value) != value]


def main() -> None:
    """Fetch every package, write its files and the list."""
    entries = []
    with tempfile.TemporaryDirectory() as folder:
        for package in PACKAGES:
            files = fetch(package, Path(folder))
            written = {
                VENDOR / package.folder / ours: files[theirs] for theirs, ours in package.files.items()
            }
            if package.name == "bootstrap-icons":
                written[SPRITE] = draw_sprite(files)
            if package.name == "world-atlas":
                written |= world_map.draw_files(files["countries-50m.json"])
            hashes = {
                path.relative_to(STATIC).as_posix(): sha256(content) for path, content in written.items()
            }
            # What is drawn here may change with the drawing.
            suspicious = [f for f in changed_under_same_version(package, hashes) if f.startswith("vendor/")]
            if suspicious:
                sys.exit(
                    f"{package.name} {package.version} is not what was fetched before: {', '.join(suspicious)}"
                )
            for path, content in written.items():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            entries.append(
                {
                    "name": package.name,
                    "version": package.version,
                    "licence": package.licence,
                    "files": hashes,
                }
            )
            print(f"{package.name} {package.version}: {len(written)} files")
    document = {"written_by": "scripts/vendor.py", "packages": entries}
    LIST.write_text(json.dumps(document, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
