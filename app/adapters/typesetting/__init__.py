"""Letters as PDF: archival (PDF/A-2a), readable aloud (PDF/UA-1), repeatable to the byte."""

from app.adapters.typesetting.facts import LetterFacts
from app.adapters.typesetting.letters import TEMPLATES, TypesettingFailed, typeset

__all__ = ["TEMPLATES", "LetterFacts", "TypesettingFailed", "typeset"]
