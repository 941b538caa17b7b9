"""Small pictures of pictures, made once and kept beside the store. They can always be made again."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import structlog
from PIL import Image, ImageOps

from zhize.kernel.files import services, storage
from zhize.kernel.files.models import Blob, Scan

SIZES = {"small": 240, "large": 1280}
# A few bytes can unpack to gigabytes; beyond this no preview is made (a 100-megapixel camera stays below).
MOST_PIXELS = 120_000_000
MEDIA_TYPE = "image/webp"

log = structlog.get_logger(__name__)


def preview(blob: Blob, size: str = "small") -> Path | None:
    """The file of a preview, made now if it is missing; None for contents that have none."""
    edge = SIZES[size]
    if not blob.width or not blob.height or blob.scan == Scan.INFECTED:
        return None
    if blob.width * blob.height > MOST_PIXELS:
        return None
    target = storage.previews() / blob.sha256[:2] / f"{blob.sha256}-{edge}.webp"
    if target.is_file():
        return target
    made = _make(services.content(blob), edge)
    if made is None:
        return None
    storage.write_file(target, made)
    return target


def _make(content: bytes, edge: int) -> bytes | None:
    """The picture, upright, at most `edge` wide and high, without its metadata (which may say where it was taken)."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=["PNG", "JPEG", "GIF", "WEBP", "BMP"]) as image:
                if image.width * image.height > MOST_PIXELS:
                    return None
                image.draft("RGB", (edge, edge))
                upright = ImageOps.exif_transpose(image)
                upright.thumbnail((edge, edge))
                mode = "RGBA" if "A" in upright.mode or "transparency" in upright.info else "RGB"
                out = io.BytesIO()
                upright.convert(mode).save(out, "WEBP", quality=80)
                return out.getvalue()
    except (
        OSError,
        ValueError,
        SyntaxError,
        MemoryError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        log.info("files.no_preview", problem=f"{type(error).__name__}: {error}")
        return None
