"""EPCIS 2.0 over HTTP: capture, query, subscriptions, and the SOAP query of 1.2; keys instead of sessions."""
