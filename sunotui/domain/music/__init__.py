"""What a take has besides its sound: the times of its words, its notes and its stems."""
