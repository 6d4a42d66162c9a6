"""The smallest definitions that still have a finding, so that people can send them.

found = reduce(loaded.definitions, "FI425", seconds=60)
found = anonymise(found)            # names and values replaced

minimize    delta debugging on lists
shrink      the same on messages: definitions, then what is in them, until nothing can go
anonymise   names and values replaced where the finding does not depend on them
"""
