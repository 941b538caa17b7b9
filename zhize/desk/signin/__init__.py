"""The pages of coming in: login, second step, forgotten password, and everybody's own account page."""
