"""Files of phone numbers to checked, normalised rows; `reader.open_source` is the front door."""
