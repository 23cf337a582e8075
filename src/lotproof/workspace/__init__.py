"""The workspace: a folder with lake, ledger and key; what the main job does in it, each act a ledger entry."""
