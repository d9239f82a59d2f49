"""The attendee's and author's command."""
