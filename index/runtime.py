"""onnxruntime, kept from calling home."""

import os
from importlib import import_module
from typing import Any


def import_onnxruntime(part: str = "onnxruntime") -> Any:
    """Import onnxruntime, or a part of it, without its telemetry.

    From 1.29 on it sends events to its maker over the network unless this variable is set before
    it is loaded: https://github.com/microsoft/onnxruntime/pull/27379. Loading takes 0.2 s.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    return import_module(part)
