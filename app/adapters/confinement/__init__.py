"""Work on untrusted bytes in a child process that can take nothing down with it."""

from app.adapters.confinement.parent import Answer, Broke, Limits, TooSlow, confined

__all__ = ["Answer", "Broke", "Limits", "TooSlow", "confined"]
