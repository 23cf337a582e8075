"""Verification sessions: packs or cases scanned against the record, by a plan."""
