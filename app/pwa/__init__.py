"""An app that can be installed, and that says a word when there is no network. For any Reflex app.

Put `plugin.PwaPlugin(Manifest(...))` after `SsrPlugin` in `rxconfig.py` and make the page that is
named as `offline`. The build then writes `/manifest.webmanifest` and `/sw.js`, and every page's
head names both; the loader of `app.ssr` registers the worker once the page has loaded. `icons.draw`
made the pictures that are kept in `assets/icons`.
"""
