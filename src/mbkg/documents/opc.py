"""The parts of an Office file and what leads from one to the next (Open Packaging Conventions, ECMA-376 part 2)."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any

from mbkg.documents.limits import Parts


def parse_part(parts: Parts, part: str) -> Any:
    """The root element of an XML part; entities, comments and the network stay out."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    return etree.fromstring(parts.read(part), parser)


def relations(parts: Parts, part: str) -> Iterator[tuple[str, str, str]]:
    """Each relation of a part to another: its id, the last word of its type, the part it leads to."""
    folder, file = posixpath.split(part)
    found = parts.find(posixpath.join(folder, "_rels", file + ".rels"))
    if found is None:
        return
    for relation in parse_part(parts, found):
        if relation.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target") or ""))
            yield relation.get("Id") or "", (relation.get("Type") or "").rsplit("/", 1)[-1], target.lstrip("/")


def related_part(parts: Parts, part: str, kind: str, default: str) -> str | None:
    """The part that a part names as its relation of this kind, else the one by its usual name; None where neither is there."""
    leads = [target for _, named, target in relations(parts, part) if named == kind]
    return next((found for target in [*leads, default] if (found := parts.find(target))), None)
