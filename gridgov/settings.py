"""What a person may set, by environment variables that start with `GRIDGOV_`."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from gridgov.errors import SettingsError


def _default_state_dir() -> Path:
    if os.geteuid() == 0:
        # root's home is closed to the account that runs the database
        return Path("/var/lib/gridgov")
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "gridgov"


class Settings(BaseSettings):
    """The settings of one run."""

    model_config = SettingsConfigDict(env_prefix="GRIDGOV_", frozen=True, extra="ignore")

    database_url: SecretStr | None = Field(
        None, description="Address of the office's PostgreSQL; without it gridgov runs a private one."
    )
    web_database_url: SecretStr | None = Field(
        None,
        description="The same database for the web server, with the login role gridgov_web; "
        "needed where GRIDGOV_DATABASE_URL is set. See `gridgov db roles`.",
    )
    door_database_url: SecretStr | None = Field(
        None,
        description="The same database for signing people in, with the login role gridgov_door; that of "
        "GRIDGOV_WEB_DATABASE_URL with this role and the same password unless set.",
    )
    throwaway_database: str = Field(
        "",
        description="Name of a database whose rows may be lost in a power cut, for tests: the server starts on it "
        "although the settings of PostgreSQL do not make writes last. Everything else is checked as ever.",
    )
    state_dir: Path = Field(
        default_factory=partial(_default_state_dir), description="Folder of the private database and of what is kept."
    )
    host: str = Field("127.0.0.1", description="Address the web server listens on.")
    port: int = Field(8470, ge=1, le=65535, description="Port the web server listens on.")
    language: Literal["zh", "en"] = Field(
        "zh",
        description="Language of reports and of people without one of their own; where it is set, of the command "
        "line too, which follows the locale else.",
    )
    log_format: Literal["json", "text"] = Field("json", description="How the web server writes its log.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level it writes.")
    metrics_token: SecretStr | None = Field(
        None, min_length=16, description="Token with which /metrics may be read; without it there is no /metrics."
    )
    key_file: Path | None = Field(None, description="File of the keys; keys.json in the state folder by default.")
    keys: SecretStr | None = Field(None, description="The keys themselves, instead of a file.")
    key_command: str | None = Field(None, description="Command that prints the keys, instead of a file.")
    crypto_profile: Literal["aes", "sm"] = Field(
        "aes", description="Algorithms of new keys: AES-256-GCM and SHA-256, or SM4-GCM and SM3."
    )
    id_numbers: bool = Field(False, description="Whether ID numbers of residents are held, encrypted.")
    reveals_per_day: int = Field(30, ge=0, description="Identities that one account may open in a day.")
    lookups_per_day: int = Field(200, ge=0, description="Residents that one account may look up in a day.")
    workers: int = Field(1, ge=1, le=64, description="Processes of the web server; one a core is enough.")
    proxy: str = Field(
        "",
        description="Addresses of the proxy before the web server, parted by commas: only what comes from there is "
        "believed about the caller's own address and about https.",
    )
    tile_cache_mb: int = Field(128, ge=0, description="Tiles kept by each process of the web server [MiB].")
    limit_account_per_s: float = Field(
        100, ge=0, description="Requests a second of one account in the long run, thirty times that at once; 0: any."
    )
    limit_address_per_s: float = Field(
        400,
        ge=0,
        description="Requests a second from one address in the long run, thirty times that at once; 0: any.",
    )
    limit_sign_in_per_min: float = Field(
        60, ge=0, description="Attempts a minute from one address to sign in, twice that at once; 0: any."
    )
    secure_cookies: bool = Field(False, description="Whether the server is reached by https only.")
    basemap: str | None = Field(
        None,
        description="Map below the layers: a .pmtiles file in the state folder, 'tianditu', or a tile address with "
        "{z}, {x} and {y} (XYZ) or {TileMatrix}, {TileCol} and {TileRow} (WMTS).",
    )
    basemap_key: SecretStr | None = Field(None, description="Key for Tianditu; browsers get to see it.")
    basemap_credit: str = Field("", description="Whom the map below the layers is by; shown on it.")
    basemap_max_zoom: int = Field(18, ge=1, le=22, description="Finest zoom of the map below the layers.")


def read_settings() -> Settings:
    """Read the settings from the environment.

    Returns
    -------
    Settings
        Checked settings.

    Raises
    ------
    SettingsError
        Naming each setting that is wrong and why.
    """
    try:
        # an empty variable is an unset one
        return Settings(_env_ignore_empty=True)  # type: ignore[call-arg]
    except ValidationError as error:
        wrong = {f"GRIDGOV_{fault['loc'][0]}".upper(): fault["msg"] for fault in error.errors()}
        listed = "; ".join(f"{name}: {why}" for name, why in wrong.items())
        raise SettingsError(f"Settings are wrong. {listed}. Change or unset them.", settings=wrong) from None
