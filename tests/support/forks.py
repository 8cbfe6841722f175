"""Loaded before anything else (pyproject.toml): gRPC must not interfere when a test starts a process.

Its handlers run in the child between fork and exec, where they may never end, or write into the log a test reads.
"""

import os

os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")
