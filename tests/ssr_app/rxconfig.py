"""Configuration of the example site that the server-rendering tests build and drive."""

import reflex as rx

from app.ssr.plugin import SsrPlugin

config = rx.Config(
    app_name="example_site",
    app_module_import="example_site",
    plugins=[SsrPlugin()],
    disable_plugins=[rx.plugins.SitemapPlugin],
    show_built_with_reflex=False,
    telemetry_enabled=False,
    state_manager_mode=rx.constants.StateManagerMode.MEMORY,
    cors_allowed_origins=[],
    frontend_compression_formats=["brotli", "gzip"],
)
