"""The state of training as bytes, from which it goes on: weights, moments, and torch's numbers."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import torch


def as_bytes(state: Mapping[str, Any]) -> bytes:
    """A state as it is kept."""
    file = io.BytesIO()
    torch.save(dict(state), file)
    return file.getvalue()


def from_bytes(kept: bytes) -> dict[str, Any]:
    """A state that was kept, on the CPU."""
    state: dict[str, Any] = torch.load(io.BytesIO(kept), map_location="cpu", weights_only=True)
    return state


def random_numbers(device: torch.device) -> dict[str, Any]:
    """Where torch's random numbers are, those of a GPU too, as part of a state."""
    gpu = torch.cuda.get_rng_state(device) if device.type == "cuda" else None
    return {"torch": torch.get_rng_state(), "gpu": gpu}


def set_random_numbers(state: Mapping[str, Any], device: torch.device) -> None:
    """Goes back to where they were."""
    torch.set_rng_state(state["torch"])
    if state["gpu"] is not None and device.type == "cuda":
        torch.cuda.set_rng_state(state["gpu"], device)
