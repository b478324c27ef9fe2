"""Reflex's configuration: pages rendered on the server, nothing on disk, no word to outside."""

import os

import reflex as rx

from app import routes
from app.pwa.manifest import Icon, Manifest
from app.pwa.plugin import PwaPlugin
from app.ssr.plugin import SsrPlugin
from app.ssr.scripts import ScriptsPlugin

_manifest = Manifest(
    name="Loket",
    short_name="Loket",
    language="id",
    theme="#134a86",
    theme_dark="#12161c",
    background="#f6f4ee",
    offline={"": routes.OFFLINE, routes.ENGLISH: routes.in_language(routes.OFFLINE, "en")},
    icons=(
        Icon("/icons/icon-192.png", 192),
        Icon("/icons/icon-512.png", 512),
        Icon("/icons/maskable-512.png", 512, maskable=True),
    ),
    categories=("government",),
)
_worker_facts = {
    "signOut": [routes.in_language(routes.SIGN_OUT, language) for language in ("id", "en")],
    "signedIn": [routes.SIGN_IN_DONE],
    # A query that does not make another page of it.
    "passing": [routes.CHECKED],
}
_redis = os.environ.get("REFLEX_REDIS_URL") or os.environ.get("LOKET_REDIS_URL")

config = rx.Config(
    app_name="app",
    plugins=[
        SsrPlugin(),
        ScriptsPlugin("app/browser", ["tus-js-client@4.3.1"]),
        PwaPlugin(_manifest, "offline/worker.js", _worker_facts),
    ],
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
