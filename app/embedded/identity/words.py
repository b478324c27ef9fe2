"""The words of the sign-in page, by language and key."""

from typing import Literal

Language = Literal["id", "en"]

WORDS: dict[Language, dict[str, str]] = {
    "id": {
        "title": "Masuk ke Loket",
        "lead": "Masuk untuk mengajukan permohonan dan mengikuti perkembangannya.",
        "username": "Nama pengguna",
        "password": "Kata sandi",
        "submit": "Masuk",
        "cancel": "Batal",
        "wrong": "Nama pengguna atau kata sandi tidak cocok. Periksa huruf besar dan kecil, "
        "lalu coba lagi.",
        "wait": "Terlalu banyak percobaan dengan nama ini. Tunggu {seconds} detik, lalu coba lagi.",
        "demo": "Ini peragaan di komputer ini saja",
        "demo_lead": "Pilih salah satu akun contoh. Sandi untuk semuanya:",
        "bad_title": "Permintaan masuk tidak dapat dibaca",
        "bad_lead": "Alamat yang membawa Anda ke sini tidak lengkap atau sudah tidak berlaku. "
        "Tidak ada data yang berubah. Buka kembali Loket, lalu masuk dari sana.",
        "out_title": "Anda sudah keluar",
        "out_lead": "Anda boleh menutup halaman ini.",
        "home": "Buka Loket",
    },
    "en": {
        "title": "Sign in to Loket",
        "lead": "Sign in to apply for a service and to follow your case.",
        "username": "User name",
        "password": "Password",
        "submit": "Sign in",
        "cancel": "Cancel",
        "wrong": "This user name and password do not match. Check capital letters, then try again.",
        "wait": "Too many tries with this name. Wait {seconds} seconds, then try again.",
        "demo": "This is a demonstration on this computer only",
        "demo_lead": "Choose one of the sample accounts. They all use:",
        "bad_title": "This sign-in request cannot be read",
        "bad_lead": "The address that brought you here is incomplete or no longer valid. "
        "Nothing has changed. Open Loket again and sign in from there.",
        "out_title": "You are signed out",
        "out_lead": "You may close this page.",
        "home": "Open Loket",
    },
}


def language_of(ui_locales: str) -> Language:
    """Return the first language that a client asks for and that we speak; else Indonesian."""
    for tag in ui_locales.split():
        if tag.partition("-")[0] == "en":
            return "en"
        if tag.partition("-")[0] == "id":
            return "id"
    return "id"
