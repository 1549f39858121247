"""All the SQL there is, behind one door: `Store.write(fn)` and `Store.read(fn)`."""

from bot.store.door import Look, Store, StoreError, StoreUnavailableError, look
from bot.store.rows import dump, load_flow
from bot.store.transaction import Tx

__all__ = [
    "Look",
    "Store",
    "StoreError",
    "StoreUnavailableError",
    "Tx",
    "dump",
    "load_flow",
    "look",
]
