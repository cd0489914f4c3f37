"""The command line of Tawjih: what the service's IT team types."""
