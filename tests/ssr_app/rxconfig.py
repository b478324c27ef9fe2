"""Configuration of the example site that the server-rendering tests build and drive."""

import reflex as rx

from app.pwa.manifest import Icon, Manifest
from app.pwa.plugin import PwaPlugin
from app.ssr.plugin import SsrPlugin

_manifest = Manifest(
    name="Example",
    short_name="Ex",
    language="en",
    theme="#000000",
    theme_dark="#111111",
    background="#ffffff",
    offline={"": "/offline"},
    icons=(Icon("/icons/icon-192.png", 192),),
)

config = rx.Config(
    app_name="example_site",
    app_module_import="example_site",
    plugins=[SsrPlugin(), PwaPlugin(_manifest)],
    disable_plugins=[rx.plugins.SitemapPlugin],
    show_built_with_reflex=False,
    telemetry_enabled=False,
    state_manager_mode=rx.constants.StateManagerMode.MEMORY,
    cors_allowed_origins=[],
    frontend_compression_formats=["brotli", "gzip"],
)
