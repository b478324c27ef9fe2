"""What a browser may know: frozen shapes, already masked and worded for one reader.

Pages receive only these. Moments are given twice where a page needs both: as words in
the reader's language and as ISO 8601 for machines. An empty string means "nothing to
show", so that a page needs no null checks.
"""

from app.views.account import (
    Account,
    Contact,
    SessionLine,
    Viewer,
)
from app.views.cases import (
    AnswerLine,
    CaseCard,
    CaseDetail,
    Happening,
    LetterView,
    MessageLine,
    Tracked,
    Verdict,
)
from app.views.catalogue import (
    RequirementLine,
    ServiceCard,
    ServiceDetail,
)
from app.views.forms import (
    Choice,
    Form,
    Input,
    Problem,
    ProfileForm,
    Question,
    Row,
    Slot,
)
from app.views.office import (
    Queue,
    QueueTab,
    ReviewDetail,
    SigningLine,
)

__all__ = [
    "Account",
    "AnswerLine",
    "CaseCard",
    "CaseDetail",
    "Choice",
    "Contact",
    "Form",
    "Happening",
    "Input",
    "LetterView",
    "MessageLine",
    "Problem",
    "ProfileForm",
    "Question",
    "Queue",
    "QueueTab",
    "RequirementLine",
    "ReviewDetail",
    "Row",
    "ServiceCard",
    "ServiceDetail",
    "SessionLine",
    "SigningLine",
    "Slot",
    "Tracked",
    "Verdict",
    "Viewer",
]
