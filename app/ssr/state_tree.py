"""A tree of states in which a state is made when it is first asked for.

Reflex makes all of a site's states for every tree; a page needs two or three of them.
"""

from typing import Any

from reflex.state import BaseState


def new_tree(root: type[BaseState]) -> BaseState:
    """Return the root of a tree that grows as it is asked for states."""
    return _new(root, None)


class _Below(dict[str, BaseState]):
    """The states below one, by name."""

    def __init__(self, state: BaseState) -> None:
        super().__init__()
        self._state = state

    def __contains__(self, name: Any) -> bool:
        return super().__contains__(name) or self._class_of(name) is not None

    def __missing__(self, name: str) -> BaseState:
        wanted = self._class_of(name)
        if wanted is None:
            raise KeyError(name)
        self[name] = made = _new(wanted, self._state)
        return made

    def _class_of(self, name: str) -> type[BaseState] | None:
        return next((one for one in self._state.get_substates() if one.get_name() == name), None)


def _new(wanted: type[BaseState], parent: BaseState | None) -> BaseState:
    state = wanted(parent_state=parent, init_substates=False, _reflex_internal_init=True)
    # A state keeps account of what is set on it; this is none of its values.
    object.__setattr__(state, "substates", _Below(state))
    return state
