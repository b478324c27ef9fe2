"""A Django site: the signed-in resident's cases, from PostgreSQL, and a form for one more.

Its settings are what `django-admin startproject` writes, without what the page does not need, with
connections that are kept and templates that are cached. Importing this module sets Django up.
"""

import os
import secrets
from datetime import timedelta
from typing import Any

import django
from django.conf import settings
from psycopg.conninfo import conninfo_to_dict

from tests.bench.peer import CASES, FORM_PATH, PATH


def _database(url: str) -> dict[str, Any]:
    parts = conninfo_to_dict(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts["dbname"],
        "USER": parts.get("user", ""),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": parts.get("port", ""),
        "CONN_MAX_AGE": None,
    }


_TEMPLATE = """{% load humanize %}<!DOCTYPE html><html lang="id"><head><meta charset="utf-8">
<title>Permohonan saya</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/app.css"></head><body><header><a href="/">Loket</a>
<nav><a href="/layanan">Layanan</a> <a href="/permohonan">Permohonan</a>
<a href="/akun">Akun</a></nav>
<span>{{ user.get_full_name }}</span></header><main><h1>Permohonan saya</h1><ul class="list">
{% for case in cases %}<li class="card" data-testid="case-card">
<a href="/permohonan/{{ case.reference }}">
<div><h2>{{ case.service }}</h2><div class="small muted">Nomor {{ case.reference }}</div>
<div class="row"><span data-status="{{ case.status }}">{{ case.get_status_display }}</span>
<span class="muted">{{ case.due_at|timeuntil }}</span></div>
<div>{{ case.office.name }} · {{ case.changed_at|date:"l, j F Y" }}</div>
<div class="small muted">Selesai paling lambat {{ case.due_at|date:"l, j F Y" }}</div></div></a>
</li>
{% empty %}<li>Belum ada permohonan.</li>{% endfor %}</ul></main></body></html>"""

_FORM = """<!DOCTYPE html><html lang="id"><head><meta charset="utf-8"><title>Ajukan</title>
<link rel="stylesheet" href="/app.css"></head><body><main><h1>Surat Keterangan Tidak Mampu</h1>
<form method="post" enctype="multipart/form-data">{% csrf_token %}
<label>Keperluan {{ form.purpose }}</label><label>KTP {{ form.paper }}</label>
<button>Kirim</button></form></main></body></html>"""
_CASE = """<!DOCTYPE html><html lang="id"><head><meta charset="utf-8"><title>Permohonan</title>
<link rel="stylesheet" href="/app.css"></head><body><main><h1>{{ case.reference }}</h1>
<p data-status="{{ case.status }}">{{ case.get_status_display }}</p><p>{{ case.purpose }}</p>
<p>{{ case.paper.name }}, {{ case.paper.size }}</p></main></body></html>"""

settings.configure(
    SECRET_KEY=os.environ["PEER_SECRET"],
    ALLOWED_HOSTS=["*"],
    MEDIA_ROOT=os.environ["PEER_MEDIA"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": _database(os.environ["PEER_DATABASE_URL"])},
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.humanize",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.middleware.gzip.GZipMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [
                    (
                        "django.template.loaders.cached.Loader",
                        [
                            (
                                "django.template.loaders.locmem.Loader",
                                {"list.html": _TEMPLATE, "form.html": _FORM, "case.html": _CASE},
                            )
                        ],
                    )
                ],
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                ],
            },
        }
    ],
    LANGUAGE_CODE="id",
    TIME_ZONE="Asia/Jakarta",
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()

from django import forms  # noqa: E402
from django.contrib.auth.decorators import login_required  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import models  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.shortcuts import get_object_or_404, redirect, render  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils import timezone  # noqa: E402


class Office(models.Model):
    """Whoever handles a case."""

    name = models.CharField(max_length=100)

    class Meta:
        app_label = "peer"


class Case(models.Model):
    """One application of one resident."""

    reference = models.CharField(max_length=20, unique=True)
    service = models.CharField(max_length=100)
    status = models.CharField(max_length=20, choices=[("submitted", "Dikirim")])
    resident = models.ForeignKey(User, on_delete=models.CASCADE)
    office = models.ForeignKey(Office, on_delete=models.CASCADE)
    changed_at = models.DateTimeField(db_index=True)
    due_at = models.DateTimeField()
    purpose = models.CharField(max_length=200, blank=True)
    paper = models.FileField(upload_to="papers", blank=True)

    class Meta:
        app_label = "peer"


class CaseForm(forms.ModelForm):
    """What a resident fills in."""

    class Meta:
        model = Case
        fields = ("purpose", "paper")


@login_required
def cases(request: HttpRequest) -> HttpResponse:
    """List the resident's own cases, last changed first, so many that it never grows."""
    found = Case.objects.filter(resident=request.user).select_related("office")
    return render(request, "list.html", {"cases": found.order_by("-changed_at")[:CASES]})


@login_required
def new_case(request: HttpRequest) -> HttpResponse:
    """Keep a case with its paper, and show it."""
    form = CaseForm(request.POST or None, request.FILES or None)
    if not form.is_valid():
        return render(request, "form.html", {"form": form})
    now = timezone.now()
    case = form.save(commit=False)
    case.reference = f"2026-{secrets.token_hex(6)}"
    case.service, case.status = "Surat Keterangan Tidak Mampu", "submitted"
    case.resident, case.office = request.user, Office.objects.get()
    case.changed_at, case.due_at = now, now + timedelta(days=3)
    case.save()
    return redirect(f"{PATH}/{case.reference}")


@login_required
def one_case(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one of the resident's own cases."""
    case = get_object_or_404(Case, reference=reference, resident=request.user)
    return render(request, "case.html", {"case": case})


urlpatterns = [
    path(PATH.lstrip("/"), cases),
    path(FORM_PATH.lstrip("/"), new_case),
    path(f"{PATH.lstrip('/')}/<str:reference>", one_case),
]
application = get_wsgi_application()


def fill() -> str:
    """Make the tables, a resident and their cases; return the cookie of their session."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        editor.create_model(Office)
        editor.create_model(Case)
    resident = User.objects.create_user("warga", first_name="Siti", last_name="Rahayu")
    office = Office.objects.create(name="Kecamatan Cimahi Selatan")
    now = timezone.now()
    for number in range(CASES):
        Case.objects.create(
            reference=f"2026-{number:06}",
            service="Surat Keterangan Tidak Mampu",
            status="submitted",
            resident=resident,
            office=office,
            changed_at=now - timedelta(hours=number),
            due_at=now + timedelta(days=3),
        )
    session = SessionStore()
    session[SESSION_KEY] = str(resident.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = resident.get_session_auth_hash()
    session.create()
    connection.close()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
