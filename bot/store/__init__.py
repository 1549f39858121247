"""All the SQL there is, behind one door: `Store.write(fn)` and `Store.read(fn)`."""

from bot.store.checkup import examine
from bot.store.door import Look, Store, look
from bot.store.files import StoreError, StoreUnavailableError
from bot.store.rows import dump, load_flow
from bot.store.transaction import Tx

__all__ = [
    "Look",
    "Store",
    "StoreError",
    "StoreUnavailableError",
    "Tx",
    "dump",
    "examine",
    "load_flow",
    "look",
]
