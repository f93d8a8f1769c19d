"""What brings people back: promotions today, customers and their cards later. README.md says what comes where."""
