"""The library screen: the list of tasks, the sidebar and the detail pane."""
