"""The questionnaire outside Meetlat: a workbook or a JSON file that is filled in and comes back.

`layout` says what stands where, for who writes a workbook (`exports.answersheet`) and for `reader`. Files
come from anywhere: `package` opens them within limits, and nothing in them is ever worked out.
"""
