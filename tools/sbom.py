"""The parts that a server runs, in CycloneDX's form: what a scanner for known holes reads."""

import base64
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tools import hashes
from tools.paths import ROOT

Part = dict[str, Any]
_LOCK = Path("reflex.lock") / "package-lock.json"


def bill(version: str) -> str:
    """Give the whole as JSON; the same pins give the same bytes."""
    found = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "madoguchi", "version": version}},
        "components": sorted([*_python(), *_pages()], key=lambda part: str(part["purl"])),
    }
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


def _python() -> list[Part]:
    pins = hashes.pins(ROOT / "requirements.txt")
    return [_part("pypi", hashes.normal(pin.name), pin.version) for pin in pins]


def _pages() -> list[Part]:
    """What the pages are built of and with: a bundle no longer tells which of them are inside."""
    lock = json.loads((ROOT / _LOCK).read_text(encoding="utf-8"))
    parts = {}
    for path, found in lock["packages"].items():
        if path:
            part = _part("npm", path.rpartition("node_modules/")[2], found["version"])
            kind, _, digest = found["integrity"].partition("-")
            content = base64.b64decode(digest).hex()
            parts[part["purl"]] = {
                **part,
                "hashes": [{"alg": kind.upper().replace("SHA", "SHA-"), "content": content}],
            }
    return list(parts.values())


def _part(kind: str, name: str, version: str) -> Part:
    purl = f"pkg:{kind}/{quote(name, safe='/')}@{quote(version)}"
    return {"type": "library", "name": name, "version": version, "purl": purl, "bom-ref": purl}
