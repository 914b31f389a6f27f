"""The stand-in's HTTP side: LINE's API, the phones, the control API, the pages."""
