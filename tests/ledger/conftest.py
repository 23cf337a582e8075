"""Ledgers on SQLite and PostgreSQL for the tests of this folder."""

from ledger_databases import log, server  # noqa: F401
