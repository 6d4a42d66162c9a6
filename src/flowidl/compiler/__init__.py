"""Templates to compiled closures: analysis, which collects facts, and emission, which builds the output.

from flowidl.compiler.compile import compile_workflow, compile_package, compile_task, compile_dynamic_job
from flowidl.compiler.analyse import analyse
"""
