"""The office's forms: one step on a case, a verdict on a document, many signatures."""

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from app import container, routes
from app.domain.documents import Verdict
from app.domain.errors import NotFound
from app.domain.identity import Actor
from app.domain.workflow import Step
from app.usecases import review, track
from app.usecases.present.services import link
from app.web.http import refusable, see_other, text_in, uuid_of, visitor_of

_VERDICTS = {"accept_document": Verdict.ACCEPTED, "refuse_document": Verdict.REFUSED}
#: After these the case is somebody else's: the officer goes on with the next one.
_TO_QUEUE = {Step.FORWARD, Step.RELEASE}


@refusable
async def step(request: Request) -> Response:
    """Take one step on a case, or decide on one of its documents."""
    actor = (await visitor_of(request)).staff()
    reference = request.path_params["reference"]
    form = await request.form()
    named = text_in(form, "step")
    page = link(routes.REVIEW, reference=reference)
    if named in _VERDICTS:
        return await _decide(actor, reference, form, _VERDICTS[named], page)
    if named == "accept_all":
        await review.accept_all(container.parts(), actor, reference)
        return see_other(page)
    if named not in set(Step):
        raise NotFound(step=named)
    taken = Step(named)
    note = text_in(form, "note") or text_in(form, "reason")
    await review.take_step(container.parts(), actor, reference, taken, note)
    target = link(routes.QUEUE) if taken in _TO_QUEUE else page
    return see_other(target, news=f"step_{taken.value}")


@refusable
async def message(request: Request) -> Response:
    """Send the resident a message on a case."""
    actor = (await visitor_of(request)).staff()
    reference = request.path_params["reference"]
    text = text_in(await request.form(), "text")
    await track.write_for_office(container.parts(), actor, reference, text)
    return see_other(link(routes.REVIEW, reference=reference), fragment="pesan")


@refusable
async def sign_many(request: Request) -> Response:
    """Initial or sign each chosen letter."""
    actor = (await visitor_of(request)).staff()
    form = await request.form()
    chosen = [value for value in form.getlist("reference") if isinstance(value, str)]
    outcomes = await review.act_on_many(container.parts(), actor, chosen)
    refused = [refusal for refusal in outcomes.values() if refusal]
    news = "problem_some_not_signed" if refused else "signed" if outcomes else "problem_none_chosen"
    return see_other(link(routes.SIGNING), news=news)


async def _decide(
    actor: Actor, reference: str, form: FormData, verdict: Verdict, page: str
) -> Response:
    document = uuid_of(text_in(form, "document"))
    reason = text_in(form, "reason") or text_in(form, "note")
    await review.decide_document(container.parts(), actor, reference, document, verdict, reason)
    return see_other(page, fragment=f"d-{document}")
