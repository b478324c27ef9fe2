"""Signing of letters, and the judging of signed letters."""
