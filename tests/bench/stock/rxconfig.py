"""The list page as Reflex serves it unchanged: what Loket's way of serving is compared with."""

import reflex as rx

config = rx.Config(app_name="stock", telemetry_enabled=False, show_built_with_reflex=False)
