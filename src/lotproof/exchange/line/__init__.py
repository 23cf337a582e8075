"""The packaging line: what its controllers say (OPC UA, MQTT), and what is asked of them."""
