"""One file seen through: what was recognised on each page, why, and what was left; for people who ask why a number stands where it does."""

from mbkg.inspecting.collect import inspect_document, inspect_file
from mbkg.inspecting.values import Inspection

__all__ = ["Inspection", "inspect_document", "inspect_file"]
