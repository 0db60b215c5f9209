"""CAP between bytes and values: safe reading, conversion of old versions, building, writing."""
