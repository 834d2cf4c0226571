"""The audit sealed: verify the chain, sign its head, write it out."""

from gridgov.services.auditing.exporting import export_audit
from gridgov.services.auditing.signing import (
    keep_checkpoints,
    read_signed_head,
    restart_checkpoints,
    write_checkpoint,
)
from gridgov.services.auditing.verifying import Fault, Verdict, make_seal, verify_audit

__all__ = [
    "Fault",
    "Verdict",
    "export_audit",
    "keep_checkpoints",
    "make_seal",
    "read_signed_head",
    "restart_checkpoints",
    "verify_audit",
    "write_checkpoint",
]
