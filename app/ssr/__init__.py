"""Server rendering for any Reflex 0.10.1 app: a page is a document first, and comes alive late.

How a page is written::

    class CaseState(rx.State):
        case: CaseView | None = None

        @rx.event
        async def load(self) -> None:
            if is_server_rendering(): ...         # a document is being made, no websocket yet
            case = await find(self.reference, cookie=self.router.headers.cookie)
            if case is None:
                raise PageMissing                 # 404 with the app's page for route "404"
            if not signed_in:
                raise PageRedirect("/masuk?ke=/permohonan")   # 302; `return rx.redirect` too
            self.case = case

    app.add_page(case_page, "/permohonan/[reference]", title=CaseState.title,
                 on_load=CaseState.load)

- `on_load` runs on fresh state for every request; what it sets is in the first HTML. It runs again
  when the page's websocket opens, so it must load and not change what handlers have changed.
  Any other exception is a defect: logged with an id, answered with 500 and `Options.error_page`.
- Elements with an event handler are marked `data-live` by themselves: they bring the page to life
  (idle on a good line, at the first touch on a poor one). A page without any stays a document.
- A page whose content changes without a gesture carries `data-push` on some element
  (`custom_attrs={"data-push": ""}`): it comes alive when idle on any line and opens its websocket.
  All other pages open the websocket at their first event.
- Forms with `method`, `action` and no `on_submit` are the browser's own, before and after.
  Give fields a `default_value`, never a `value`: what was typed must be nobody else's.
- `rx.el.html(lang="en")` anywhere in a page, without children, sets that document's language.
- Style by class names: `style=` props are dropped, as the policy allows no inline styles.
  The title may be state; every navigation is a page load; light and dark are CSS.
- `rx.App(toaster=None, app_wraps={}, reset_style=False, ...)` leaves out what costs kilobytes.

`plugin.SsrPlugin` goes into `rxconfig.py`, `build.ensure_built` builds when sources changed,
`serve.run` serves, `options.configure` gives the app its own error page and allowances.
"""
