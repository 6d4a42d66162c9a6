"""What a task's process reads and writes, and how it is told which element of an array it is."""

#: The names of what comes out, below the output prefix: one of them.
OUTPUTS, FUTURES, ERROR = "outputs.pb", "futures.pb", "error.pb"
#: Which variable holds the number of an array's element, and what is added to it.
INDEX_VARIABLE, INDEX_OFFSET = "BATCH_JOB_ARRAY_INDEX_VAR_NAME", "BATCH_JOB_ARRAY_INDEX_OFFSET"
#: A part of the name of resolvers whose mapped tasks write each element below its number.
LEGACY_MAP = "legacy_map_task"
