"""`ds.matthew`: what can be asked of a history where it stands. Imported when the first history is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Sequence

import xarray

from . import tables

if TYPE_CHECKING:
    import pandas


@xarray.register_dataset_accessor("matthew")
class Questions:
    """The tables of a history, and its firms one by one: `ds.matthew` of a dataset that run() or open() gave."""

    def __init__(self, history: xarray.Dataset) -> None:
        self._history = history

    @property
    def firms(self) -> list[str]:
        """The names of the firms that have one, in the order of their ids; of several runs those that every run has.

        >>> import matthew
        >>> matthew.run("frontier-race", firms=300, months=1).matthew.firms[0]
        'OpenAI'
        """
        return tables.named(self._history)

    def firm(self, which: str | int) -> xarray.Dataset:
        """The columns of one firm over its life, as a Dataset: [month], or [month, member].

        which: the name of a firm, or its id. The Dataset has the months that were recorded while it lived, and the
        coordinates `firm`, its id, and `name`. Of several runs it has the dimension `seed` too, and NaN and -1 where
        the firm did not live. Raises NotFound for a firm that there is not, and for a history without columns of firms.

        >>> import matthew
        >>> ds = matthew.run("frontier-race", firms=300, months=3, record=["accounts"])
        >>> one = ds.matthew.firm("OpenAI")
        >>> one.accounts.dims, int(one.firm), one.identical(ds.matthew.firm(0))
        (('month', 'segment'), 0, True)
        """
        return tables.life(self._history, which)

    def panel(self, columns: str | Sequence[str] | None = None) -> pandas.DataFrame:
        """matthew.panel(ds, columns): firms by month as a long table."""
        return tables.panel(self._history, columns)

    def events(self) -> pandas.DataFrame:
        """matthew.events(ds): the events."""
        return tables.events(self._history)

    def register(self) -> pandas.DataFrame:
        """matthew.register(ds): one row for every firm ever."""
        return tables.register(self._history)
