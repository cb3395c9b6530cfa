"""Pictures of the pages say themselves in words: the SVG holds the text of `plotting.alt_text`."""

from functools import wraps
from typing import Any

from matplotlib.backends.backend_svg import FigureCanvasSVG

from multidim_poverty.plotting import alt_text

print_svg = FigureCanvasSVG.print_svg


@wraps(print_svg)
def print_with_words(canvas: Any, *args: Any, metadata: Any = None, **options: Any) -> Any:
    try:
        words = {"Description": alt_text(canvas.figure)}
    except ValueError:  # a picture that no function of the library drew
        words = {}
    return print_svg(canvas, *args, metadata={**words, **(metadata or {})}, **options)


FigureCanvasSVG.print_svg = print_with_words  # type: ignore[method-assign]
