"""Emergency coordination and public warning for a district and its neighbour."""

__version__ = "0.1.0"
