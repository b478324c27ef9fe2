"""Where a case stands, as a word, and as a line of four stretches."""

import reflex as rx


def badge(status: rx.Var[str], label: rx.Var[str]) -> rx.Component:
    """Show a status as a word; the stylesheet colours it by `data-status`."""
    return rx.el.span(label, class_name="status", data_status=status)


def way(status: rx.Var[str]) -> rx.Component:
    """Show how far a case has come; the words beside it say the same."""
    stretches = [rx.el.i() for _ in range(4)]
    return rx.el.div(*stretches, class_name="way", data_at=status, aria_hidden=True)
