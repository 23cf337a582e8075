"""Times: rules of this family."""
