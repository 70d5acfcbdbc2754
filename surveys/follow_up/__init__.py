"""What becomes of recommendations: verbs that keep points, and reports that show how they stand.

Every module that keeps something of points also has `of_points`: it reads what belongs to a number of points
at once, in a fixed number of queries, so that a list costs as many as one page.
"""
