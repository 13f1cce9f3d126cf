"""Training: a pressed dataset into an adapter. Knows nothing about ontologies or the ledger; here torch is at home."""

from .estimate import Estimate, estimate
from .lora import open_adapter
from .model import BaseModel, find_model, load_model, load_tokenizer
from .options import TrainOptions
from .record import RunRecord, read_record, run_id
from .run import train
from .update import Update

__all__ = [
    "BaseModel",
    "Estimate",
    "RunRecord",
    "TrainOptions",
    "Update",
    "estimate",
    "find_model",
    "load_model",
    "load_tokenizer",
    "open_adapter",
    "read_record",
    "run_id",
    "train",
]
