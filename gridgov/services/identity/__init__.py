"""Who residents are: brought in, masked, looked up, opened with a reason, sealed anew, erased."""
