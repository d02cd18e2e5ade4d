"""What is true whatever the server or the screen: requests, tasks, clips, lyrics, states, errors. No I/O, no clock."""
