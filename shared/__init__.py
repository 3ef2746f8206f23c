"""The small kernel every service stands on. It knows no domain noun outside `shared.contracts`."""
