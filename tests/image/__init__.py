"""The container image as it was built (`make image`): what is in it, what is not, and each role at work."""
