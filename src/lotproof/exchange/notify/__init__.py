"""Tells people what asks for them: by mail, webhook and Teams; tried again, logged, never silently lost."""
