"""Evidence packs: collect, render, seal, verify, recompute; nothing is imported here."""
