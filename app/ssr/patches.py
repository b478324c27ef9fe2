"""What is changed in the code that Reflex 0.10.1 generates, each change one pure function.

Every change names the text it expects and fails loudly when a newer Reflex words it otherwise:
a silent miss would be found by a reader of the site, not by the build.
"""

import re
from typing import Final

#: Direct, or by way of `?.`: where there is any, no name of the module can be shortened.
_EVAL: Final = re.compile(r"\beval(?:\?\.)?\(")
_INLINE_SCRIPT: Final = re.compile(r'jsx\("script",\{\},"(?:[^"\\]|\\.)*"\),')


class AnchorMissing(RuntimeError):
    """Generated code does not read as this Reflex version should generate it."""


def replaced(text: str, old: str, new: str) -> str:
    """Return `text` with its one `old` replaced.

    Raises:
        AnchorMissing: `old` is not there exactly once.
    """
    if (count := text.count(old)) != 1:
        raise AnchorMissing(f"expected once, found {count} times: {old!r}")
    return text.replace(old, new)


def start_from_embedded_state(context: str) -> str:
    """Let the state store begin with the server's values, in the browser and in the renderer."""
    context = replaced(
        context,
        'import { jsx } from "@emotion/react";',
        'import { jsx } from "@emotion/react";\n'
        'import { SsrStateContext, embedded, mergeState } from "$/utils/ssr";',
    )
    context = replaced(
        context,
        "useState(() => createStateStore(initialState))",
        "useState(() => createStateStore(mergeState(initialState, embedded())))",
    )
    return replaced(
        context,
        "  return createElement(StateStoreProviders, { children, store: serverStateStore });",
        "  const state = mergeState(initialState, useContext(SsrStateContext));\n"
        "  const store = { ...serverStateStore, getSnapshot: (name) => state[name] };\n"
        "  return createElement(StateStoreProviders, { children, store });",
    )


def document_without_inline_script(document: str) -> str:
    """Drop the colour-mode script: the policy forbids it, and light and dark are CSS here."""
    trimmed, count = _INLINE_SCRIPT.subn("", document)
    if count != 1:
        raise AnchorMissing(f"expected one inline script in the document, found {count}")
    return replaced(trimmed, 'jsx("link",{as:"style",href:reflexGlobalStyles,rel:"preload"},),', "")


def root_without_global_libraries(root: str) -> str:
    """Drop `window.__reflex`: it keeps whole libraries for components that come as text."""
    start = root.find("  useEffect(() => {\n    // Make contexts and state objects available")
    end = root.find("  }, []);\n", start)
    if start < 0 or end < 0:
        raise AnchorMissing("expected the effect that fills window.__reflex")
    root = root[:start] + root[end + len("  }, []);\n") :]
    return re.sub(r"^import \* as \w+ from [^\n]+\n", "", root, flags=re.MULTILINE)


def socket_when_needed(state: str) -> str:
    """Open the websocket late, to the page's own origin, and apply its first answers at once."""
    state = replaced(
        state,
        'import { parseJson } from "$/utils/helpers/json";',
        'import { parseJson } from "$/utils/helpers/json";\n'
        'import { lazySocket, onceAlive, settle } from "$/utils/ssr";',
    )
    state = replaced(
        state,
        "    mounted.current = true;\n    ensureSocketConnected();\n",
        "    mounted.current = true;\n    if (!lazySocket()) onceAlive(ensureSocketConnected);\n",
    )
    state = replaced(state, "      socketStarted ||\n", "      socketStarted || lazySocket() ||\n")
    state = replaced(
        state,
        "        for (const substate in delta) {\n"
        "          dispatch[substate](delta[substate]);\n"
        "        }\n",
        "        settle(delta, app.state_name, app.initialState, (whole) => {\n"
        "          for (const substate in whole) dispatch[substate](whole[substate]);\n"
        "        });\n",
    )
    return replaced(
        state,
        "  const endpoint = new URL(url_str);\n",
        "  const endpoint = new URL(url_str);\n"
        '  if (typeof window !== "undefined") {\n'
        '    const secure = window.location.protocol === "https:" ? "$1s:" : "$1:";\n'
        "    endpoint.protocol = endpoint.protocol.replace(/^(http|ws)s?:$/, secure);\n"
        '    endpoint.port = "";\n'
        "    endpoint.host = window.location.host;\n"
        "    return endpoint;\n"
        "  }\n",
    )


def same_from_same_source(state: str) -> str:
    """Take of `reflex.json` the version alone: not the moment of the build, nor a random number.

    With them, each build gave phones the largest script anew.
    """
    state = replaced(
        state,
        'import reflexEnvironment from "$/reflex.json";',
        'import { version } from "$/reflex.json";',
    )
    return replaced(state, "protocols: [reflexEnvironment.version],", "protocols: [version],")


def no_script_from_text(state: str) -> str:
    """Refuse by name what the policy forbids anyway: without `eval`, all names can be shortened."""
    refused, count = _EVAL.subn("refuseText(", state)
    if not count:
        raise AnchorMissing("expected eval somewhere")
    return refused + (
        "\nfunction refuseText() {\n"
        '  throw new Error("This site runs no script that comes as text.");\n}\n'
    )


def lighter_pages(vite_config: str) -> str:
    """Give Vite the plugins of `js/vite-plugin-ssr.js`, before any other."""
    vite_config = replaced(
        vite_config,
        "\nexport default defineConfig(",
        '\nimport ssr from "./vite-plugin-ssr.js";\n\nexport default defineConfig(',
    )
    return replaced(vite_config, "  plugins: [\n", "  plugins: [\n    ssr(),\n")


def no_prerendering(router_config: str) -> str:
    """Let React Router build both sides and render nothing: the renderer does that."""
    return replaced(router_config, '"ssr": false', '"ssr": true')
