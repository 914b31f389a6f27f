"""The Reflex pages. Each module offers components; the composition root gives them their addresses."""
