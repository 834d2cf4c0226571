"""Rule profiles: the numbers of the rules with their sources, as TOML files."""

from gridgov.storage.profiles.load import list_profiles, load_toml_profile

__all__ = ["list_profiles", "load_toml_profile"]
