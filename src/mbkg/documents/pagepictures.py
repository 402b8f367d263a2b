"""Pages of a PDF that are pictures, handed to the optional text recognition."""

from __future__ import annotations

from typing import Any

from mbkg.documents.builder import DocumentBuilder
from mbkg.errors import UnreadableFile


class PagePictures:
    """Pages drawn as pictures and handed to the text recognition, if it is installed."""

    def __init__(self, data: bytes, dpi: int = 200) -> None:
        self.data = data
        self.scale = 72 / dpi
        self.document: Any = None

    def recognise(self, builder: DocumentBuilder, number: int) -> bool:
        """Add the page's lines; False where no text recognition is installed or the page cannot be drawn."""
        from mbkg.documents import ocr

        if not ocr.ocr_available():
            return False
        import pypdfium2

        try:
            if self.document is None:
                self.document = pypdfium2.PdfDocument(self.data)
            image = self.document[number - 1].render(scale=1 / self.scale).to_pil()
        except Exception:
            return False
        try:
            ocr.add_picture_page(builder, image, number, self.scale)
        except UnreadableFile:  # one page that cannot be recognised does not take the others with it
            return False
        return True

    def close(self) -> None:
        if self.document is not None:
            self.document.close()
