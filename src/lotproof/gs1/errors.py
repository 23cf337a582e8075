"""The one error of this room: a text that names no identifier we can stand behind."""

from __future__ import annotations

_SHOWN = 80
"""Characters of the offending text that are quoted; longer texts are cut so that the sentence stays readable."""


class UnreadableIdentifier(ValueError):
    """A text that cannot be read; its message is one sentence that names the text and the reason."""

    def __init__(self, text: str, reason: str) -> None:
        self.text = text
        self.reason = visible(reason)
        super().__init__(f"{quoted(text)} cannot be read: {self.reason}.")

    def __reduce__(self) -> tuple[type[UnreadableIdentifier], tuple[str, str]]:
        """Pickle by the two arguments, so that the error survives a worker process."""
        return (UnreadableIdentifier, (self.text, self.reason))


def quoted(text: str) -> str:
    """The text in double quotes with control characters made visible, cut to 80 characters."""
    shown = text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."
    return f'"{visible(shown)}"'


def visible(text: str) -> str:
    """The text with characters that cannot be printed (control, separators, surrogates) as `\\x1d`."""
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in text)
