"""Templates to compiled closures: analysis, which collects facts, and emission, which builds the output.

from flowidl.compiler import compile_workflow

compilation = compile_workflow(template, tasks=[...], launch_plans=[...])
compilation.closure     the CompiledWorkflowClosure, or None
compilation.faults      what is wrong, as facts; `flowidl.validator` puts them into words
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowidl.compiler.compile import Compilation as Compilation
    from flowidl.compiler.compile import compile_dynamic_job as compile_dynamic_job
    from flowidl.compiler.compile import compile_package as compile_package
    from flowidl.compiler.compile import compile_task as compile_task
    from flowidl.compiler.compile import compile_workflow as compile_workflow

__all__ = ["Compilation", "compile_dynamic_job", "compile_package", "compile_task", "compile_workflow"]


if not TYPE_CHECKING:  # else a type checker would believe in any name

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from flowidl.compiler import compile as module  # start-up: the room is more than this door

        return getattr(module, name)

    def __dir__() -> list[str]:
        return __all__
