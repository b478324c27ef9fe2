"""Reflex's configuration: pages rendered on the server, nothing on disk, no word to outside."""

import os

import reflex as rx

from app.ssr.plugin import SsrPlugin

_redis = os.environ.get("REFLEX_REDIS_URL") or os.environ.get("LOKET_REDIS_URL")

config = rx.Config(
    app_name="app",
    plugins=[SsrPlugin()],
    disable_plugins=[rx.plugins.SitemapPlugin],
    show_built_with_reflex=False,
    telemetry_enabled=False,
    redis_url=_redis,
    # Never Reflex's default, which writes what a person sees to disk.
    state_manager_mode=rx.constants.StateManagerMode.REDIS
    if _redis
    else rx.constants.StateManagerMode.MEMORY,
    # `app.ssr.guard` decides who may open a websocket.
    cors_allowed_origins=[],
    frontend_compression_formats=["brotli", "gzip"],
)
