"""The rooms of the API, one concern each. None knows another; `cockpit/web_rooms` says which a process has."""
