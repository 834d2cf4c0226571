"""What the interface takes and answers about accounts, field by field."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from gridgov.web.texts import Storable

Password = Annotated[str, StringConstraints(min_length=1, max_length=1024), Storable]
Words = Annotated[str, StringConstraints(max_length=100), Storable]
Code = Annotated[str, StringConstraints(min_length=6, max_length=40), Storable]


class Role(StrEnum):
    """What an account may be."""

    viewer = "viewer"
    officer = "officer"
    supervisor = "supervisor"
    analyst = "analyst"
    administrator = "administrator"
    auditor = "auditor"


class Language(StrEnum):
    """Languages of the interface."""

    zh = "zh"
    en = "en"


class Confirmation(BaseModel):
    """The caller's own password, typed again."""

    password: Password


class PasswordChange(Confirmation):
    """A new password for oneself."""

    new_password: Password


class AppPasswordWish(Confirmation):
    """An app password to be made."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=60), Storable] = Field(
        description="What it is for, e.g. QGIS in the office."
    )


class AppPassword(BaseModel):
    """An app password; its text is nowhere."""

    app_password_id: str
    name: str
    created_at: datetime
    used_at: datetime | None


class NewAppPassword(AppPassword):
    """An app password with its text, which is shown this once."""

    login: str
    secret: str


class Session(BaseModel):
    """A session of one's own."""

    session_id: str
    created_at: datetime
    expires_at: datetime
    client: str
    app_password: str | None = Field(description="Name of the app password it was opened with.")
    current: bool


class SecondFactor(BaseModel):
    """Whether a second factor is in force."""

    on: bool
    recovery_codes: int


class NewSecondFactor(BaseModel):
    """What the telephone has to learn, shown this once."""

    secret: str
    uri: str
    qr_svg: str


class FactorCode(BaseModel):
    """What the telephone shows."""

    code: Code


class RecoveryCodes(BaseModel):
    """Codes for a lost telephone, each good for once, shown this once."""

    codes: list[str]


class ScopeKind(StrEnum):
    """Parts of the district that an account may answer for."""

    grid = "grid"
    community = "community"
    subdistrict = "subdistrict"


class Scope(BaseModel):
    """A part of the district that an account answers for."""

    kind: ScopeKind
    ref: Annotated[str, StringConstraints(min_length=1, max_length=200), Storable]


class NamedScope(Scope):
    """A part of the district that an account answers for, with what people call it."""

    name: str = Field("", description="Empty when there is no such part any more.")


class Account(BaseModel):
    """An account as an administrator sees it."""

    login: str
    name: str
    role: str
    language: str
    disabled: bool
    second_factor: bool
    app_passwords: int
    sessions: int
    scopes: list[NamedScope]


class AccountWish(BaseModel):
    """An account to be made."""

    login: Annotated[str, StringConstraints(min_length=1, max_length=64), Storable]
    password: Password
    role: Role
    name: Words = ""
    language: Language = Language.zh
    scopes: list[Scope] = Field(default=[], max_length=500)


class AccountChange(BaseModel):
    """What shall be otherwise; what is left out stays."""

    role: Role | None = None
    name: Words | None = None
    language: Language | None = None
    disabled: bool | None = None
    password: Password | None = Field(None, description="A new password; sessions and app passwords end.")
    reset_second_factor: bool = False
    scopes: list[Scope] | None = Field(None, max_length=500, description="All parts; those before are replaced.")
