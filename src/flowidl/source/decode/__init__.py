"""From bytes to messages: which format, which kind, and what each format may hold."""
