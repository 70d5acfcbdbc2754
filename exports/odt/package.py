"""The package of an OpenDocument text: its parts, what it says about itself, and the list of its parts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from io import BytesIO
from typing import cast

import odfdo

from exports import imprint
from exports.document import Document
from exports.markup import Node, serialized
from exports.odt.parts import VERSION
from exports.text import clean

_XML = "text/xml"
_PARTS = ("content.xml", "styles.xml", "meta.xml")
_RDF = "manifest.rdf"
_MANIFEST = "META-INF/manifest.xml"
_KEPT = ("mimetype", _MANIFEST, _RDF)


def packed(document: Document, content: Node, styles: Node, pictures: Mapping[str, bytes]) -> bytes:
    """Pack our parts: the text, its styles, and the pictures by their place.

    Of the library's own template nothing is left but what makes it an OpenDocument text. Raises ValueError
    when the day of the document is no ISO date.
    """
    file = odfdo.Document("text")
    container = cast(odfdo.Container, file.container)
    _describe(file.meta, document)
    _list(file.manifest, container.mimetype, pictures)
    for name in container.parts:
        if name not in _KEPT:
            container.del_part(name)
    container.set_part("content.xml", serialized(content))
    container.set_part("styles.xml", serialized(styles))
    container.set_part("meta.xml", file.meta.serialize())
    container.set_part(_MANIFEST, file.manifest.serialize())
    for name, picture in pictures.items():
        container.set_part(name, picture)
    out = BytesIO()
    container.save(out)
    return out.getvalue()


def _describe(meta: odfdo.Meta, document: Document) -> None:
    meta.root.set_attribute("office:version", VERSION)
    made = datetime.combine(imprint.dated(document), time())
    meta.title = clean(document.title)
    meta.subject = clean(document.subject)
    meta.initial_creator = meta.creator = clean(imprint.publishers(document))
    meta.language = document.language
    meta.creation_date = meta.date = made
    meta.generator = "Meetlat"
    if mark := imprint.mark(document):
        meta.keyword = mark
    meta.set_user_defined_metadata("Status", clean(document.state))
    statistic = meta.root.get_element("//meta:document-statistic")
    if statistic is not None:
        statistic.delete()


def _list(manifest: odfdo.Manifest, media: str, pictures: Mapping[str, bytes]) -> None:
    for path in manifest.get_paths():
        manifest.del_full_path(path)
    manifest.root.set_attribute("manifest:version", VERSION)
    manifest.add_full_path("/", media)
    manifest.root.get_elements("manifest:file-entry")[0].set_attribute("manifest:version", VERSION)
    manifest.add_full_path(_RDF, "application/rdf+xml")
    for name in _PARTS:
        manifest.add_full_path(name, _XML)
    for name in pictures:
        manifest.add_full_path(name, "image/png")
