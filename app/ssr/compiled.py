"""What is asked of every component while pages are compiled."""

from typing import Final

from reflex_base.components.component import BaseComponent, Component
from reflex_base.components.memo import MEMOS, MemoComponentDefinition
from reflex_base.event import EventChain, prevent_default
from reflex_components_core.el.elements.forms import Form

_SUBMIT: Final = "on_submit"


class StyleRefused(ValueError):
    """A component carries inline style, which the content security policy would drop."""


def refuse_style(component: BaseComponent) -> None:
    """Let nothing be styled but by class names.

    Raises:
        StyleRefused: `component` has a style, or a property that it does not know, as Reflex takes
            such for style.
    """
    if isinstance(component, Component) and component.style:
        names = ", ".join(component.style)
        raise StyleRefused(f"{type(component).__name__} has inline style ({names}): use class_name")


def leave_to_browser(component: BaseComponent) -> None:
    """Let a form without `on_submit` be submitted by the browser.

    Reflex gives every such form a handler that stops it, so a plain form would work until the page
    comes alive, and never again.
    """
    if not isinstance(component, Form):
        return
    chain = component.event_triggers.get(_SUBMIT)
    if isinstance(chain, EventChain) and list(chain.events) == [prevent_default]:
        del component.event_triggers[_SUBMIT]


def prepare_memos() -> None:
    """Do the same to the bodies of `rx.memo` components, which no compiler hook is shown."""
    for memo in MEMOS.values():
        if isinstance(memo, MemoComponentDefinition):
            _prepare(memo.component)


def _prepare(component: BaseComponent) -> None:
    refuse_style(component)
    leave_to_browser(component)
    for child in component.children:
        _prepare(child)
