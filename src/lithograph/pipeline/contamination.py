"""`lithograph check --contamination`: that no dataset holds a text of the benchmarks or of the forgetting check."""

from __future__ import annotations

from lithograph.config import Config
from lithograph.ontology.lint import Finding
from lithograph.pipeline.find import dataset_folder
from lithograph.pipeline.yardsticks import benchmarks_folder
from lithograph.verify.contamination import benchmark_texts, contaminated_dataset, held_out_texts


def check_contamination(config: Config, dataset: str | None = None) -> list[Finding]:
    """A finding for each example that holds a run of words of a held-out text. Raises NoDataset, NoBenchmark."""
    folder = dataset_folder(config, dataset)
    held = held_out_texts(benchmark_texts(benchmarks_folder(config)))
    _, found = contaminated_dataset(held, folder)
    return [
        Finding("contamination", one.example, f"it holds words of {one.kind}, {one.text}: “{one.words}”",
                "Take what it was pressed from out of the ontology or the templates", "error")
        for one in found
    ]  # fmt: skip
