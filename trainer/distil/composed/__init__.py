"""Music that the trainer composes itself, in styles that free recordings lack; a function of its seed."""
