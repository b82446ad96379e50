"""What approvers and administrators compare: how long contracts wait and take, what is covered, what ends, how right readings are.

One module a question, each a selector of its own with a fixed number of queries, whatever the number of airlines.
"""
