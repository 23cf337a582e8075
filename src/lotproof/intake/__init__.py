"""Intake: files into observations. Recognise by content, read, normalise with provenance, quarantine."""
