"""What is owed to the hosts that are asked: one request at a time, delays, robots.txt."""
