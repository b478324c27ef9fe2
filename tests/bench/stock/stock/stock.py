"""One page: twenty cases that a handler gives when the page is loaded."""

from dataclasses import dataclass

import reflex as rx

CASES = 20


@dataclass
class Case:
    """A line of the list."""

    reference: str
    service: str
    status: str
    office: str
    since: str
    due: str


class Cases(rx.State):
    """The resident's cases."""

    cases: list[Case] = []

    @rx.event
    def load(self) -> None:
        """List them."""
        self.cases = [
            Case(
                reference=f"2026-{number:06}",
                service="Surat keterangan tidak mampu",
                status="Dikirim",
                office="Kecamatan Cimahi Selatan",
                since="Senin, 23 November 2026 pukul 10.20",
                due="Selesai paling lambat Rabu, 25 November 2026",
            )
            for number in range(CASES)
        ]


def _line(case: Case) -> rx.Component:
    return rx.card(
        rx.link(rx.heading(case.service, size="4"), href=f"/permohonan/{case.reference}"),
        rx.text(f"Nomor {case.reference}", color_scheme="gray", size="2"),
        rx.hstack(rx.badge(case.status), rx.text(case.due, size="2")),
        rx.text(f"{case.office} · {case.since}", size="2"),
        custom_attrs={"data-testid": "case-card"},
    )


def permohonan() -> rx.Component:
    """Every case of the resident."""
    return rx.container(
        rx.heading("Permohonan saya"), rx.vstack(rx.foreach(Cases.cases, _line), width="100%")
    )


app = rx.App()
app.add_page(permohonan, route="/permohonan", title="Permohonan saya", on_load=Cases.load)
