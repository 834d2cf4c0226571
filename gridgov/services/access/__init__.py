"""Who may come in: accounts, passwords, second factors, signing in and out."""

from gridgov.core.passwords import PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH
from gridgov.services.access.accounts import (
    change_account,
    describe_accounts,
    list_accounts,
    make_account,
    reset_second_factor,
    set_disabled,
    set_password,
)
from gridgov.services.access.app_passwords import make_app_token, open_app_session
from gridgov.services.access.hashing import hash_token, name_subject
from gridgov.services.access.rules import (
    FAILURE_WINDOW,
    FAILURES_ALLOWED,
    LANGUAGES,
    ROLES,
    SESSION_IDLE,
    SESSION_LONGEST,
)
from gridgov.services.access.signing_in import (
    CodeNeededError,
    SignedIn,
    change_own_password,
    confirm_known,
    rotate_session,
    sign_in,
    sign_out,
)

__all__ = [
    "FAILURES_ALLOWED",
    "FAILURE_WINDOW",
    "LANGUAGES",
    "PASSWORD_MAX_LENGTH",
    "PASSWORD_MIN_LENGTH",
    "ROLES",
    "SESSION_IDLE",
    "SESSION_LONGEST",
    "CodeNeededError",
    "SignedIn",
    "change_account",
    "change_own_password",
    "confirm_known",
    "describe_accounts",
    "hash_token",
    "list_accounts",
    "make_account",
    "make_app_token",
    "name_subject",
    "open_app_session",
    "reset_second_factor",
    "rotate_session",
    "set_disabled",
    "set_password",
    "sign_in",
    "sign_out",
]
