"""Files that clients bring, and their imports in processes of their own; `work.ImportWork` holds it together."""
