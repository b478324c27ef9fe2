"""Every plain HTTP route: forms, files, sign-in, health. Pages are Reflex's."""

from collections.abc import Callable

from starlette.routing import BaseRoute, Mount, Route

from app import container, routes
from app.embedded.proxy import forward
from app.web import figures, files, forms, health, review, sign_in, tus, verify

#: Access of each handler, for the test that walks them: who may call it at all.
FORMS = (
    (routes.APPLY, forms.new_case, "POST", "resident"),
    (routes.CASE, forms.changed_case, "POST", "resident"),
    (routes.CASE_MESSAGE, forms.message, "POST", "resident"),
    (routes.CASE_WITHDRAW, forms.withdraw, "POST", "resident"),
    (routes.CASE_LETTER, files.own_letter, "GET", "resident"),
    (routes.CASE_DOCUMENT, files.own_document, "GET", "resident"),
    (routes.UPLOADS, tus.options, "OPTIONS", "anyone"),
    (routes.UPLOADS, tus.create, "POST", "resident"),
    (routes.UPLOAD, tus.options, "OPTIONS", "anyone"),
    (routes.UPLOAD, tus.head, "HEAD", "resident"),
    (routes.UPLOAD, tus.patch, "PATCH", "resident"),
    (routes.UPLOAD, tus.delete, "DELETE", "resident"),
    (routes.PROFILE, forms.keep_profile, "POST", "resident"),
    (routes.VERIFY, verify.check_file, "POST", "anyone"),
    (routes.SIGN_IN_START, sign_in.start, "GET", "anyone"),
    (routes.SIGN_IN_DONE, sign_in.done, "GET", "anyone"),
    (routes.SIGN_OUT, sign_in.out, "POST", "anyone"),
    (routes.DEVICE, sign_in.out_elsewhere, "POST", "resident"),
    (routes.DEVICES, sign_in.out_elsewhere, "POST", "resident"),
    (routes.SIGNING, review.sign_many, "POST", "staff"),
    (routes.REVIEW_STEP, review.step, "POST", "staff"),
    (routes.REVIEW_MESSAGE, review.message, "POST", "staff"),
    (routes.REVIEW_LETTER, files.office_letter, "GET", "staff"),
    (routes.REVIEW_DOCUMENT, files.office_document, "GET", "staff"),
    (routes.REVIEW_DOCUMENT_PAGE, files.office_document_page, "GET", "staff"),
    (routes.DOWNLOAD, files.download, "GET", "link"),
)


def plain_routes(renderer_is_ready: Callable[[], bool]) -> list[BaseRoute]:
    """Return all routes, the forms in both languages' trees."""
    table: list[BaseRoute] = [
        Route(routes.in_language(routes.http(path), language), handler, methods=[method])
        for language in ("id", "en")
        for path, handler, method, _ in FORMS
    ]
    table += [
        Route(routes.HEALTH, health.alive),
        Route(routes.READY, health.ready(renderer_is_ready)),
        Route(routes.METRICS, figures.metrics),
    ]
    if upstream := container.identity_upstream():
        table.append(Mount(routes.IDENTITY, forward(upstream, routes.IDENTITY)))
    return table
