"""The office asks for a better document; the resident sends one; the case goes on."""

from playwright.async_api import BrowserContext, expect

from app.domain.identity import Role
from tests.e2e.steps import act, choose, expect_status, press, send
from tests.factories import Town
from tests.support.files import photo
from tests.support.people import become
from tests.support.running import Loket

NOTE = "Mohon kirim foto KTP yang lebih jelas."
REASON = "Foto buram, tulisan tidak terbaca"


async def test_a_refused_document_is_replaced_and_the_case_goes_on(
    phone: BrowserContext, desk: BrowserContext, loket: Loket, town: Town
):
    resident, officer = await town.resident(), await town.staff(Role.OFFICER)
    number = await town.sent(resident)
    await become(desk, loket, officer)
    await become(phone, loket, resident)
    review, case = await desk.new_page(), await phone.new_page()
    await case.goto(f"/permohonan/{number}")

    await act(review, number, "Ambil")
    identity_card = review.get_by_test_id("upload").filter(
        has=review.get_by_role("heading", name="KTP", exact=True)
    )
    await identity_card.get_by_label("Alasan bila ditolak").fill(REASON)
    await press(review, identity_card.get_by_role("button", name="Tolak", exact=True))
    await expect(identity_card).to_contain_text(REASON)
    for label in ("SKTM dari desa atau kelurahan", "Surat pernyataan bermeterai", "Kartu Keluarga"):
        other = review.get_by_test_id("upload").filter(
            has=review.get_by_role("heading", name=label, exact=True)
        )
        await press(review, other.get_by_role("button", name="Terima", exact=True))
    await expect(review.get_by_role("button", name="Teruskan")).to_have_count(0)
    await review.get_by_label("Yang perlu disampaikan kepada warga").fill(NOTE)
    await press(review, "Minta perbaikan")
    await expect_status(review, "needs_changes")

    await expect_status(case, "needs_changes")
    await expect(case.locator("[data-status]").first).to_have_text("Perlu perbaikan")
    await expect(case.get_by_text(NOTE).first).to_be_visible()
    await expect(case.get_by_text(REASON)).to_be_visible()
    inputs = case.locator("input[type=file]")
    await expect(inputs).to_have_count(1)  # what was accepted stays as it is
    await choose(case, {"KTP": photo("ktp-jelas.jpg")})
    assert await send(case) == number
    await expect_status(case, "in_review")

    await expect_status(review, "in_review")
    await expect(identity_card).to_contain_text("ktp-jelas.jpg")
    await press(review, identity_card.get_by_role("button", name="Terima", exact=True))
    await press(review, "Teruskan")
    await expect_status(case, "awaiting_signature")


async def test_asking_for_changes_needs_words_for_the_resident(
    desk: BrowserContext, loket: Loket, town: Town
):
    officer = await town.staff(Role.OFFICER)
    number = await town.taken(await town.resident(), officer)
    await become(desk, loket, officer)
    review = await desk.new_page()
    await act(review, number, "Minta perbaikan")
    await expect(review.get_by_test_id("flash")).to_contain_text("Tulis alasannya dulu")
    await expect_status(review, "in_review")


async def test_what_resident_and_officer_write_reaches_the_other(
    phone: BrowserContext, desk: BrowserContext, loket: Loket, town: Town
):
    resident, officer = await town.resident(), await town.staff(Role.OFFICER)
    number = await town.taken(resident, officer)
    await become(desk, loket, officer)
    await become(phone, loket, resident)
    review, case = await desk.new_page(), await phone.new_page()
    await case.goto(f"/permohonan/{number}")
    await review.goto(f"/petugas/{number}")
    await case.locator("#message").fill("Kapan surat saya selesai?")
    await press(case, case.locator("form:has(#message) button"))
    await expect(review.get_by_text("Kapan surat saya selesai?")).to_be_visible()
    await review.locator("#message").fill("Hari ini juga.")
    await press(review, review.locator("form:has(#message) button"))
    await expect(case.get_by_text("Hari ini juga.")).to_be_visible()
