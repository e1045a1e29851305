"""The command line: `earmark ...` parses, calls the core and prints."""
