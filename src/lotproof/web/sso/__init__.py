"""Sign-in by the organisation's own identity provider (OpenID Connect Core 1.0): who somebody is comes from there, what they may from here.

People are enrolled in the workspace as ever, and sign records with what was given to them here: an electronic signature is its own
act with its own components (21 CFR 11.200), which a session of a provider does not replace.
"""
