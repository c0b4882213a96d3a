"""Vehicle identification numbers: legal characters, and the check digit where the region uses one."""

import re
from functools import lru_cache
from operator import mul

# Source: ISO 3779:2009, 4.5: capital letters without I, O, Q, and digits; 17 of them.
_LEGAL = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
# Source: 49 CFR 565.15(c), tables III and IV: what each character and each position weighs.
_VALUE_OF_BYTE = bytes.maketrans(
    b"0123456789ABCDEFGHJKLMNPRSTUVWXYZ",
    bytes(map(int, "0123456789" + "12345678" + "12345" + "7" + "9" + "23456789")),
)
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
# Source: 49 CFR 565 (world regions 1-5) and GB 16735-2019 (China, L): there the ninth is a check digit.
_CHECKED_REGIONS = frozenset("12345L")
_SPACERS = str.maketrans("", "", " -.·*")


@lru_cache(maxsize=4_096)
def normal(text: str) -> str | None:
    """Return the VIN in capitals without spacers, or None when it is not 17 legal characters."""
    vin = text.upper().translate(_SPACERS)
    return vin if _LEGAL.fullmatch(vin) else None


@lru_cache(maxsize=4_096)
def is_suspect(vin: str) -> bool:
    """Say whether the region uses a check digit and this one is wrong."""
    if vin[0] not in _CHECKED_REGIONS:
        return False
    total = sum(map(mul, vin.encode().translate(_VALUE_OF_BYTE), _WEIGHTS))
    return vin[8] != "0123456789X"[total % 11]
