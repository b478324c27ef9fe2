"""Whom anyone can ask for help."""

from app.domain.capacity import AsVerifier
from app.usecases.parts import Parts
from app.views import Contact


async def contacts(parts: Parts) -> list[Contact]:
    """Return every office by name, with the ways to reach it that it has given."""
    async with parts.open_work(AsVerifier()) as work:
        offices = await work.offices.all()
    return [
        Contact(
            name=office.name,
            address=office.address,
            phone=office.phone,
            call=f"tel:{''.join(c for c in office.phone if c.isdigit() or c == '+')}",
            email=office.email,
        )
        for office in offices
    ]
