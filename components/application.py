"""A service's form: applying for it, and correcting what the office asked for.

One HTML form with several buttons named `action`. Whatever is pressed, everything
typed is sent and kept; the server answers with the page as it then stands.
"""

import reflex as rx
from reflex.vars import ArrayVar, ObjectVar

from app.routes import ACCOUNT, UPLOADS
from app.texts import say
from app.views import Choice, Form, Question, Row, Slot

from .facts import fact, facts
from .field import field, option, radio
from .html import post, said
from .links import link
from .live import live
from .notice import problem_summary
from .outbox import outbox_note
from .photo import photo_dialog
from .scripts import script
from .slot import slot_input
from .upload import upload_wait, upload_words

#: The form's id.
FORM = "application"


def application(form: ObjectVar[Form]) -> rx.Component:
    """Show the whole form with what was typed, what came, and what is still wrong."""
    return rx.fragment(
        problem_summary(live(form.problems), say("form.problems_safe")),
        post(
            # The first button of a form is the one that Enter presses: let it only save.
            rx.el.button(
                say("form.save"),
                type="submit",
                name="action",
                value="save",
                class_name="sr",
                tab_index=-1,
                aria_hidden=True,
            ),
            rx.el.input(type="hidden", name="form_key", value=form.form_key),
            _applicant(form),
            _office(form),
            _questions(form),
            _documents(form),
            _buttons(form),
            action=form.action,
            enc_type="multipart/form-data",
            class_name="stack",
            id=FORM,
            data_form=FORM,
            data_upload=link(UPLOADS),
            data_service=form.service_key,
            data_reference=rx.cond(form.is_draft, "", form.reference),
            data_version=form.version,
            data_begun=form.saved_at != "",
        ),
        photo_dialog(),
        upload_words(),
        script("form"),
        script("drafts"),
    )


def waits_for_a_check(slots: ArrayVar[list[Slot]]) -> rx.Var[bool]:
    """Tell whether a file that came is not checked yet."""
    return slots.map(lambda slot: live(slot).status).contains("quarantined")


def _section(title: str, *children: rx.Component) -> rx.Component:
    return rx.el.section(rx.el.h2(title), *children, class_name="card stack")


def _applicant(form: ObjectVar[Form]) -> rx.Component:
    return _section(
        say("form.applicant"),
        facts(
            fact(say("account.name"), form.applicant_name),
            fact(say("account.nik"), form.applicant_nik),
            fact(say("account.phone"), form.applicant_phone),
        ),
        rx.el.p(
            say("form.applicant_hint"),
            " ",
            rx.el.a(say("form.applicant_change"), href=link(ACCOUNT)),
            class_name="small muted",
        ),
    )


def _office(form: ObjectVar[Form]) -> rx.Component:
    """Ask which office handles the case, unless only one can, or one already does."""
    many = rx.el.div(
        rx.el.label(say("form.office_label"), html_for="office"),
        rx.el.select(rx.foreach(form.offices, option), id="office", name="office"),
        class_name="field",
    )
    few = rx.el.fieldset(
        rx.el.legend(say("form.office_label"), class_name="sr"),
        rx.foreach(form.offices, lambda choice: radio("office", choice)),
    )
    one = rx.foreach(
        form.offices,
        lambda choice: rx.el.p(choice.label, _hidden(choice)),
    )
    kept = rx.foreach(form.offices, lambda choice: rx.cond(choice.chosen, _hidden(choice)))
    count = form.offices.length()
    return rx.cond(
        form.is_draft & (count > 0),
        _section(
            say("form.office"),
            rx.cond(count > 4, many, rx.cond(count > 1, few, one)),
        ),
        kept,
    )


def _hidden(office: ObjectVar[Choice]) -> rx.Component:
    return rx.el.input(type="hidden", name="office", value=office.value)


def _questions(form: ObjectVar[Form]) -> rx.Component:
    return rx.cond(
        form.questions.length() > 0,
        _section(say("form.questions"), rx.foreach(form.questions, _question)),
    )


def _question(question: ObjectVar[Question]) -> rx.Component:
    return rx.el.div(
        rx.cond(question.is_group, _group(question), field(live(question.input))),
        data_when_name=question.when_name,
        data_when_values=question.when_values,
    )


def _group(question: ObjectVar[Question]) -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend(question.label),
        said(question.input.id, question.hint, question.problem),
        rx.foreach(question.rows, _row),
        rx.el.div(
            rx.el.button(
                say("form.add_row"),
                type="submit",
                name="action",
                value=f"add:{question.name}",
                class_name="b quiet",
            )
        ),
        id=question.input.id,
        aria_describedby=f"{question.input.id}-said",
        class_name="inner",
        data_bad=question.problem != "",
    )


def _row(row: ObjectVar[Row]) -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend(row.title), rx.foreach(row.inputs, field), class_name="inner"
    )


def _documents(form: ObjectVar[Form]) -> rx.Component:
    return rx.cond(
        form.slots.length() > 0,
        _section(
            say("form.documents"),
            rx.el.p(say("form.documents_hint"), class_name="muted"),
            rx.el.div(rx.foreach(form.slots, slot_input)),
        ),
    )


def _buttons(form: ObjectVar[Form]) -> rx.Component:
    save = rx.el.button(
        say("form.save"), type="submit", name="action", value="save", class_name="b quiet"
    )
    send = rx.el.button(
        say("form.submit"), type="submit", name="action", value="submit", class_name="b"
    )
    return rx.fragment(
        upload_wait(),
        outbox_note(),
        rx.el.p(
            rx.cond(form.saved_at != "", rx.el.span(say("form.saved"), " ", form.saved_at, ". ")),
            say("form.data_cost"),
            " ",
            rx.el.span(data_weight=say("form.data_weight")),
            class_name="small muted",
        ),
        rx.el.div(save, send, class_name="actions"),
    )
