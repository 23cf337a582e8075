"""Control charts: limits, rules as data, immutable limit sets, run lengths, capability."""
