"""The same report in every format: rendered from what was read of its text, read again, compared."""
