"""Draw the app's icon: a counter window, in two colours. Run once, when the drawing changes."""

import sys
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw

#: Drawn so much larger and then reduced, for smooth edges.
_FINER: Final = 4
#: Enough for two colours and the edges between them, and a third of the bytes.
_SHADES: Final = 24
#: The circle that every mask leaves has this share of the picture as its diameter.
_SAFE: Final = 0.8


def draw(edge: int, ground: str, ink: str, *, maskable: bool = False) -> Image.Image:
    """Return a picture of `edge` pixels: a window with a counter, on a ground.

    A maskable one fills its square and keeps the drawing where every mask leaves it.
    """
    size = edge * _FINER
    picture = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    corner = 0 if maskable else size * 0.22
    pen.rounded_rectangle((0, 0, size - 1, size - 1), corner, fill=ground)
    scale = _SAFE if maskable else 1.0

    def at(share: float) -> float:
        return (0.5 + (share - 0.5) * scale) * size

    def box(
        left: float, top: float, right: float, bottom: float
    ) -> tuple[float, float, float, float]:
        return at(left), at(top), at(right), at(bottom)

    # The arch of the window, the opening in it, the counter before it, and a paper on the counter.
    pen.pieslice(box(0.22, 0.14, 0.78, 0.70), 180, 360, fill=ink)
    pen.rectangle(box(0.22, 0.41, 0.78, 0.66), fill=ink)
    pen.pieslice(box(0.30, 0.22, 0.70, 0.62), 180, 360, fill=ground)
    pen.rectangle(box(0.30, 0.41, 0.70, 0.60), fill=ground)
    pen.rectangle(box(0.38, 0.40, 0.62, 0.60), fill=ink)
    pen.rectangle(box(0.43, 0.455, 0.57, 0.475), fill=ground)
    pen.rectangle(box(0.43, 0.515, 0.57, 0.535), fill=ground)
    pen.rounded_rectangle(box(0.12, 0.66, 0.88, 0.78), size * 0.03 * scale, fill=ink)
    smooth = picture.resize((edge, edge), Image.Resampling.LANCZOS)
    return smooth.quantize(_SHADES, method=Image.Quantize.FASTOCTREE)


def write_all(folder: Path, ground: str, ink: str) -> None:
    """Write the icons of 192 and 512 pixels, the maskable one and the small one into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for edge in (192, 512):
        draw(edge, ground, ink).save(folder / f"icon-{edge}.png", optimize=True)
    draw(512, ground, ink, maskable=True).save(folder / "maskable-512.png", optimize=True)
    draw(32, ground, ink).save(folder / "icon-32.png", optimize=True)
    draw(48, ground, ink).convert("RGBA").save(
        folder.parent / "favicon.ico", sizes=[(16, 16), (32, 32), (48, 48)]
    )


if __name__ == "__main__":
    write_all(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
