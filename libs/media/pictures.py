"""Pictures, in a worker: read with bounds, turned upright, without what cameras write into them."""

import io
import warnings
from pathlib import Path

import pillow_heif
from PIL import Image, ImageOps, UnidentifiedImageError

from libs.media.job import Unusable

_FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "HEIF", "AVIF")
_MOST_PIXELS = 80_000_000
_LONGEST_SENT = 4096
_LONGEST_THUMBNAIL = 640
# LINE takes a preview of at most a megabyte; one of 640 pixels has a tenth of that.
_SAVED_AS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_SMALLER = 0.8
_LEAST_SIDE = 200

# Every format by name: Pillow loads most of them only when it has tried the common ones in vain.
Image.init()
pillow_heif.register_heif_opener()
Image.MAX_IMAGE_PIXELS = _MOST_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)


def measure(path: Path) -> tuple[int, int]:
    """Width and height as people see it. Raises Unusable."""
    with _opened(path) as image:
        turned = image.getexif().get(0x0112, 1) in {5, 6, 7, 8}
        width, height = image.size
    return (height, width) if turned else (width, height)


def upright(path: Path, longest: int) -> Image.Image:
    """The picture (a moving one's first frame) as people see it, no side longer than this. Raises Unusable."""
    with _opened(path) as image:
        try:
            # JPEG decodes to an eighth, a quarter, … by itself.
            image.draft("RGB", (longest, longest))
            image.load()
            shown = ImageOps.exif_transpose(image)
        except (OSError, ValueError, SyntaxError, MemoryError, EOFError) as error:
            raise Unusable("unreadable", f"the picture is damaged ({type(error).__name__})") from error
    shown.thumbnail((longest, longest))
    return shown


def thumbnail(path: Path, folder: Path) -> Path:
    """A small JPEG of a picture."""
    return save_thumbnail(upright(path, _LONGEST_THUMBNAIL), folder)


def save_thumbnail(image: Image.Image, folder: Path) -> Path:
    """The same of one that was decoded already."""
    image.thumbnail((_LONGEST_THUMBNAIL, _LONGEST_THUMBNAIL))
    place = folder / "thumbnail.jpg"
    place.write_bytes(_encoded(image, "JPEG", 80))
    return place


def remade(path: Path, folder: Path, content_type: str, ending: str, most_bytes: int) -> tuple[Path, int, int]:
    """The picture in another form, no larger than most_bytes, and its width and height. Raises Unusable."""
    image = upright(path, _LONGEST_SENT)
    while True:
        content = _encoded(image, _SAVED_AS[content_type], 88)
        if len(content) <= most_bytes:
            break
        size = (int(image.width * _SMALLER), int(image.height * _SMALLER))
        if min(size) < _LEAST_SIDE:
            raise Unusable("too_large", f"the picture does not get smaller than {most_bytes} bytes")
        image = image.resize(size, Image.Resampling.LANCZOS)
    place = folder / f"content.{ending}"
    place.write_bytes(content)
    return place, image.width, image.height


def can_be_made(content_type: str) -> bool:
    """Whether pictures can be written in this form."""
    return content_type in _SAVED_AS


def _opened(path: Path) -> Image.Image:
    try:
        return Image.open(path, formats=_FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unusable("too_large", f"the picture has more than {_MOST_PIXELS} pixels") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise Unusable("unreadable", f"no picture that can be read ({type(error).__name__})") from error


def _encoded(image: Image.Image, form: str, quality: int) -> bytes:
    """Pixels and their colour profile, nothing else. What is transparent becomes white where it has to."""
    if form == "JPEG":
        image = _without_transparency(image)
    elif image.mode not in {"RGB", "RGBA", "L", "LA"}:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    out = io.BytesIO()
    profile = image.info.get("icc_profile") if image.mode in {"RGB", "RGBA"} else None
    image.save(out, form, quality=quality, icc_profile=profile, exif=b"", optimize=form == "JPEG")
    return out.getvalue()


def _without_transparency(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image if image.mode in {"RGB", "L"} else image.convert("RGB")
    with_alpha = image.convert("RGBA")
    ground = Image.new("RGB", image.size, "white")
    ground.paste(with_alpha, mask=with_alpha.getchannel("A"))
    return ground
