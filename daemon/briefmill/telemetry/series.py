"""A shelf of Prometheus series whose label values are known beforehand.

prometheus_client makes a series for whatever label value it is handed. Here the values are announced when a metric is
made; all of them start at 0, and any other value is counted as `other`, which open vocabularies announce, too.
"""

from collections.abc import Mapping
from itertools import product
from typing import Any, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info
from prometheus_client.metrics import MetricWrapperBase

NAMESPACE: Final = "briefmill"
OTHER: Final = "other"


class Series:
    """Makes metrics on one registry and finds their series again by name, without the namespace and `_total`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        self._metrics: dict[str, MetricWrapperBase] = {}
        self._values: dict[str, tuple[tuple[str, ...], ...]] = {}
        self._found: dict[tuple[str, tuple[str, ...]], Any] = {}

    def info(self, name: str, about: str, **labels: str) -> None:
        """A metric that is always 1 and says something by its labels; `_info` is added to its name."""
        Info(name, about, namespace=NAMESPACE, registry=self._registry).info(labels)

    def counter(self, name: str, about: str, **labels: tuple[str, ...]) -> Any:
        """A counter; `_total` is added to its name. Each label is given with all its values."""
        return self._keep(name, Counter(name, about, tuple(labels), NAMESPACE, registry=self._registry), labels)

    def gauge(self, name: str, about: str, **labels: tuple[str, ...]) -> Any:
        """A gauge. Each label is given with all its values."""
        return self._keep(name, Gauge(name, about, tuple(labels), NAMESPACE, registry=self._registry), labels)

    def histogram(self, name: str, about: str, buckets: tuple[float, ...], **labels: tuple[str, ...]) -> Any:
        """A histogram with these upper bounds. Each label is given with all its values."""
        made = Histogram(name, about, tuple(labels), NAMESPACE, registry=self._registry, buckets=buckets)
        return self._keep(name, made, labels)

    def of(self, name: str, *values: str) -> Any:
        """The series of these label values, `other` in the place of each that was not announced.

        Raises ValueError where `other` was not announced either: nobody outside chooses those values.
        """
        found = self._found.get((name, values))
        if found is None:
            found = self._sought(name, values)
        return found

    def _sought(self, name: str, values: tuple[str, ...]) -> Any:
        metric = self._metrics[name]
        if not values:
            return metric
        row = tuple(
            str(value) if value in known else OTHER for value, known in zip(values, self._values[name], strict=True)
        )
        if any(value not in known for value, known in zip(row, self._values[name], strict=True)):
            raise ValueError(f"{name} has no series for {values}")
        series = metric.labels(*row)
        if row == values:
            # Announced values only: what strangers say would fill it without end.
            self._found[name, values] = series
        return series

    def replace(self, name: str, figures: Mapping[str, int]) -> None:
        """Set a gauge of one label to these figures: values that are not named become 0, strangers are added up."""
        (known,) = self._values[name]
        strangers = sum(count for value, count in figures.items() if value not in known)
        for value in known:
            self.of(name, value).set(figures.get(value, strangers if value == OTHER else 0))

    def _keep(self, name: str, metric: MetricWrapperBase, labels: Mapping[str, tuple[str, ...]]) -> Any:
        self._metrics[name] = metric
        self._values[name] = tuple(labels.values())
        for row in product(*labels.values()):
            if row:
                metric.labels(*row)
        return metric
