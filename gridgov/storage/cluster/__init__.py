"""The private PostGIS cluster: made once, reached by a Unix socket only, never run as root."""

from gridgov.storage.cluster.private import ClusterStatus, PrivateCluster
from gridgov.storage.cluster.programs import find_programs, run_program

__all__ = ["ClusterStatus", "PrivateCluster", "find_programs", "run_program"]
