"""A city office's counter reservations and queue (窓口予約システム)."""
