"""The mesh: real sidecars, each on a loopback address of its own, in front of real roles or of fakes."""
