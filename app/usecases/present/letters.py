"""Letters as their readers see them."""

from app import routes
from app.db.tables import CaseRow, LetterRow
from app.usecases.present.cases import Reader
from app.usecases.present.moments import day_in_words, size_in_words
from app.usecases.present.services import link
from app.views import LetterView


def letter_view(case: CaseRow, letter: LetterRow | None, reader: Reader) -> LetterView:
    """Return the letter of a case, or an empty shape before it is issued."""
    if letter is None or letter.issued_at is None:
        return LetterView()
    route = routes.REVIEW_LETTER if reader.is_staff else routes.CASE_LETTER
    return LetterView(
        number=letter.number,
        issued=day_in_words(letter.issued_at),
        signer=f"{letter.signer_name}, {letter.signer_title}",
        size=size_in_words(letter.size),
        href=routes.fill(route, reference=case.reference),
        verify_href=link(routes.VERIFY_CODE, code=letter.code),
    )
