"""Files: every format that layers come in and go out as, and the mappings that say how to read them."""

from gridgov.storage.files.fault_workbook import write_fault_workbook
from gridgov.storage.files.layer_file import LayerFile
from gridgov.storage.files.mappings import read_mapping
from gridgov.storage.files.reading import read_layer_file
from gridgov.storage.files.writing import write_layer_file, write_layers_file

__all__ = [
    "LayerFile",
    "read_layer_file",
    "read_mapping",
    "write_fault_workbook",
    "write_layer_file",
    "write_layers_file",
]
