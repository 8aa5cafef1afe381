"""The independent audit: delivered files looked at again, by other means than those that made them."""
