"""The words of documents that people send: plain text in any Chinese encoding, Word files, PDF with a text layer."""

from __future__ import annotations

from zhize.kernel.documents.papers.reading import (
    MOST_BYTES,
    MOST_CHARACTERS,
    MOST_PAGES,
    UnreadablePaper,
    read_paper,
    tidy_lines,
)

__all__ = ["MOST_BYTES", "MOST_CHARACTERS", "MOST_PAGES", "UnreadablePaper", "read_paper", "tidy_lines"]
