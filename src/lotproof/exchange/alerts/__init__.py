"""Alerts of authorities and of partners, requests that they send: matched with the record at once, classified, answered by a person."""
