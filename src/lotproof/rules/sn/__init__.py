"""Serial numbers: rules of this family."""
