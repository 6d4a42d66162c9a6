"""What ends a run before it begins."""


class ConfigError(Exception):
    """Configuration that cannot be used. The message is one sentence that names the file and the key."""
