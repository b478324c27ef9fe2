"""One letter's facts, as a case gives them."""

from app.adapters.typesetting import LetterFacts
from app.adapters.typesetting.facts import Answer

CODE = "7KQ2-M9XD-4TRB"
ADDRESS = f"https://loket.example.go.id/verifikasi/{CODE}"


def facts(*answers: tuple[str, str, str], name: str = "Siti Aminah") -> LetterFacts:
    given = answers or (
        ("business_name", "Nama usaha", "Warung Nasi Bu Siti"),
        ("since", "Berusaha sejak", "2019"),
        ("purpose", "Keperluan", "pengajuan Kredit Usaha Rakyat (KUR)"),
    )
    return LetterFacts(
        office={
            "name": "Kecamatan Ciwidey",
            "regency": "Kabupaten Bandung",
            "province": "Jawa Barat",
            "address": "Jalan Raya Ciwidey Nomor 12, Bandung 40973",
            "phone": "(022) 592-8123",
            "email": "",
            "head_title": "Camat Ciwidey",
        },
        letter={
            "number": "503/0012/KEC.CWD/XI/2026",
            "title": "Surat Keterangan Usaha",
            "issued_on": "2026-11-23",
            "place": "Ciwidey",
            "code": CODE,
        },
        resident={"name": name, "nik": "3277014507910003"},
        answers=[Answer(key=key, label=label, value=value) for key, label, value in given],
        signer={
            "name": "Drs. Budi Santoso, M.Si.",
            "title": "Camat Ciwidey",
            "rank": "Pembina Tingkat I, IV/b",
            "nip": "19710512 199603 1 002",
        },
        initials=[
            {"name": "Rina Marlina", "title": "Kasi Pelayanan", "at": "2026-11-23T09:12+07:00"},
            {"name": "Dedi Kurnia", "title": "Sekretaris Kecamatan", "at": "2026-11-23"},
        ],
    )
