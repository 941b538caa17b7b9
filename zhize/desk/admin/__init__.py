"""Administration: calendars, rules as loaded, messages, background work, audit, logins, and the position page."""
