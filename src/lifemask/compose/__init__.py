"""What stands behind the person: backgrounds, and the sums that put a rendered picture over them."""

from lifemask.compose.background import Background, open_background
from lifemask.compose.blend import over, straight

__all__ = ["Background", "open_background", "over", "straight"]
