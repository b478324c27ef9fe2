"""Checking a letter that anyone hands in."""

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from app import container, routes
from app.usecases import verify
from app.usecases.present.services import link
from app.web.http import address_of, refusable, see_other


@refusable
async def check_file(request: Request) -> Response:
    """Examine an uploaded PDF, keep nothing of it, and show the verdict."""
    form = await request.form(max_fields=10, max_files=1)
    file = form.get("surat")
    page = link(routes.VERIFY)
    if not isinstance(file, UploadFile) or not file.filename:
        return see_other(page, masalah="no_file")
    data = await file.read(verify.MOST_BYTES + 1)
    if not data:
        return see_other(page, masalah="no_file")
    if len(data) > verify.MOST_BYTES:
        return see_other(page, masalah="too_large")
    verdict = await verify.by_file(container.parts(), data, address_of(request))
    return see_other(page, hasil=verify.sealed(container.parts(), verdict))
