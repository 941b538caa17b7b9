"""`python pdf_process.py MOST_PAGES < file.pdf`: the pages' texts as JSON. Started by `pdf`, imports nothing of ours."""

from __future__ import annotations

import json
import sys

import pypdfium2
from pypdfium2 import raw

MEMORY = 1024 * 1024 * 1024
MOST_CHARACTERS = 400_000


def main() -> dict[str, object]:
    """`{"pages": [...]}`, or `{"problem": "broken" | "password" | "pages"}`."""
    _bounded()
    try:
        document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD
        return {"problem": "password" if locked else "broken"}
    if len(document) > int(sys.argv[1]):
        return {"problem": "pages"}
    pages: list[str] = []
    try:
        for page in document:
            pages.append(page.get_textpage().get_text_bounded()[:MOST_CHARACTERS])
            if sum(map(len, pages)) > MOST_CHARACTERS:
                break
    except pypdfium2.PdfiumError:
        return {"problem": "broken"}
    return {"pages": pages}


def _bounded() -> None:
    """No more memory than a document needs; only where the system can say so."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    json.dump(main(), sys.stdout)
