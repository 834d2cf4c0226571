"""gridgov: divide communities into areas one person can know, and check that services reach everyone."""

__version__ = "0.1.0"
