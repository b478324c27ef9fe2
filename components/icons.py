"""The few drawings of Loket: 24 by 24, one stroke, always beside a word."""

import reflex as rx

_PATHS = {
    "alert": "M12 9v5m0 3v.01M10 4 2.5 17.5a2 2 0 0 0 2 3h15a2 2 0 0 0 2-3L14 4c-1-1.5-3-1.5-4 0",
    "back": "m15 18-6-6 6-6",
    "camera": "M4 8h3l2-3h6l2 3h3v11H4Zm12 5a4 4 0 1 1-8 0 4 4 0 0 1 8 0Z",
    "cases": "M4 6a2 2 0 0 1 2-2h4l2 3h6a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2Z",
    "check": "M21 12a9 9 0 1 1-5-8.06M9 11.5l3 3 9-9.5",
    "clock": "M12 7v5l3 2M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z",
    "cross": "m9 9 6 6m0-6-6 6M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z",
    "download": "M12 4v11m-5-5 5 5 5-5M5 20h14",
    "file": "M14 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8Zm0 0v5h5M9 13h6m-6 4h4",
    "go": "m9 6 6 6-6 6",
    "home": "m4 11 8-7 8 7v8a1 1 0 0 1-1 1h-4v-6H9v6H5a1 1 0 0 1-1-1Z",
    "info": "M12 11v5m0-8v.01M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z",
    "offline": "m3 3 18 18M8 17a5 5 0 0 1 7 0M5 13a11 11 0 0 1 5-3m4 0a11 11 0 0 1 5 3m-7 7v0",
    "person": "M16 8a4 4 0 1 1-8 0 4 4 0 0 1 8 0ZM5 20a7 7 0 0 1 14 0",
    "queue": "M4 13V6a2 2 0 0 1 2-2h12a2 2 0 0 1 2 2v7m-16 0h5l1.5 2.5h3L15 13h5v7H4Z",
    "seal": "M12 3 5 6v5c0 4.7 3 8.2 7 10 4-1.8 7-5.3 7-10V6Zm-3 8.8 2.2 2.2 4-4.3",
    "services": "M8 6h12M8 12h12M8 18h12M4 6v.01M4 12v.01M4 18v.01",
    "sign": "M4 20h16M5 16l1-4L16.5 3.5l3 3L9 15.5Z",
}
_MARK = "M4 21V9.5a8 6.5 0 0 1 16 0V21ZM2 21h20M4 15h16M9 15v-2.5a3 3 0 0 1 6 0V15"


def icon(name: str) -> rx.Component:
    """Show the drawing called `name`; readers that cannot see it miss nothing."""
    return _drawing(_PATHS[name])


def mark() -> rx.Component:
    """Show Loket's mark: a counter window with someone behind it."""
    return _drawing(_MARK)


def _drawing(path: str) -> rx.Component:
    return rx.el.svg(rx.el.path(d=path), view_box="0 0 24 24", aria_hidden=True)
