"""The governed record: signals, cases and what people decide on them. Decisions are pure; `shell` writes them into the ledger."""
