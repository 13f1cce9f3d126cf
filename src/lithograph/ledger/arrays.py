"""Columns of tables as single arrays. Knows nothing about tables of the ledger."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc


def one_array(column: pa.ChunkedArray) -> pa.Array:
    """A column as one array, dictionaries of its chunks made one."""
    if column.num_chunks < 2:
        return column.chunk(0) if column.num_chunks else pa.array([], column.type)
    if not pa.types.is_dictionary(column.type):
        return pa.concat_arrays(column.chunks)
    chunks = column.unify_dictionaries().chunks  # they share one then, and joining them would compare it each time
    return pa.DictionaryArray.from_arrays(pa.concat_arrays([c.indices for c in chunks]), chunks[0].dictionary)


def decoded(column: pa.ChunkedArray) -> pa.Array:
    """A column as one array without a dictionary: words in its place."""
    array = one_array(column)
    return pc.take(array.dictionary, array.indices) if pa.types.is_dictionary(array.type) else array
