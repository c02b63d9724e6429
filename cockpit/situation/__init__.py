"""态势: the pure fold from facts to what every screen shows."""
