"""Pictures of the pages are drawn as SVG, 8 inches wide."""

c = get_config()  # noqa: F821
c.InlineBackend.figure_formats = {"svg"}
c.InlineBackend.rc = {"figure.figsize": (8, 3.6)}
