"""The questions of a form: what may be typed, what is kept, how it is shown."""

from app.domain.fields.groups import MOST_ROWS, Raw, filled_rows, input_name, row_indexes
from app.domain.fields.problem import Answer, FieldProblem
from app.domain.fields.reading import read_answers
from app.domain.fields.showing import ShownAnswer, format_answer, show_answers, type_answers

__all__ = [
    "MOST_ROWS",
    "Answer",
    "FieldProblem",
    "Raw",
    "ShownAnswer",
    "filled_rows",
    "format_answer",
    "input_name",
    "read_answers",
    "row_indexes",
    "show_answers",
    "type_answers",
]
