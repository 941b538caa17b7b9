"""Units, people, positions, appointments and areas: tables and reads."""
