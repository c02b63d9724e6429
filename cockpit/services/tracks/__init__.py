"""轨迹: whose track of which time, read from the archive of fixes and told for the map, a file or a figure."""
