"""Classification of rejections and failures by status, code and message."""
