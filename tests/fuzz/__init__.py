"""Random NumPy programs: written, run, differentiated, compared, and cut down when something is wrong."""
