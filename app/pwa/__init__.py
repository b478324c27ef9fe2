"""An app that can be installed, that works on, and that says a word when there is no network.

For any Reflex app. Put `plugin.PwaPlugin(Manifest(...))` after `SsrPlugin` (and `ScriptsPlugin`) in
`rxconfig.py` and make the page that is named as `offline`. The build then writes
`/manifest.webmanifest` and `/sw.js`, and every page's head names both; the loader of `app.ssr`
registers the worker once the page has loaded. `icons.draw` made the pictures that are kept in
`assets/icons`.

- Kept at install: the pages for no network, what their HTML names, the first icon. Nothing else.
- Files below `/assets/` are kept when first fetched and never asked for again.
- A new version waits until a page posts `"take-over"` to it, or all pages of the old are closed.
- A site's own module may answer requests first: `PwaPlugin(manifest, "folder/module.js", facts)`.
"""
