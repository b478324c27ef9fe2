"""What a page is: an address, what it shows, what it loads, and who may see it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import reflex as rx

Access = Literal["anyone", "resident", "staff"]


@dataclass(frozen=True, slots=True)
class Page:
    """One page, compiled once for each language."""

    route: str
    build: Callable[[], rx.Component]
    title: str  # key of its title
    loads: tuple[Any, ...] = ()  # event handlers, run in this order before it is shown
    access: Access = "anyone"
    is_shared: bool = False  # without a query, every stranger sees the same
