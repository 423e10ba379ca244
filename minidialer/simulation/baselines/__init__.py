"""Pacing as other open dialers do it, to compare with: their behaviour in our words, behind our pacers' interface."""
