"""The engines that play: miniaudio, mpv, and what they share."""
