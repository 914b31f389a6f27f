"""How fast it is: measured from outside, against the true server, beside what could be at best."""
