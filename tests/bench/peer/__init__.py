"""The same list page as a resident's own, made with Django: what Loket is compared with."""

PATH = "/permohonan"
FORM_PATH = "/ajukan"
CASES = 20
