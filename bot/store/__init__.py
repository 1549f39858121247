"""All the SQL there is, behind one door: `Store.write(fn)` and `Store.read(fn)`."""

from bot.store.door import Store, StoreError, StoreUnavailableError
from bot.store.transaction import Tx

__all__ = ["Store", "StoreError", "StoreUnavailableError", "Tx"]
