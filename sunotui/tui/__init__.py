"""The screens: values go down, messages go up; what is shown is asked of the studio."""
