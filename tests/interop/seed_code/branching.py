"""Seed "Advanced Workflow Patterns", conditional branches. Nothing had to be changed."""

from flytekit import conditional, task, workflow


@task
def task_a(x: int) -> str:
    return f"Task A executed with {x}"


@task
def task_b(x: int) -> str:
    return f"Task B executed with {x}"


@task
def task_c() -> str:
    return "Task C executed (else branch)"


@workflow
def my_conditional_workflow(input_val: int) -> str:
    return (
        conditional("my_condition")
        .if_(input_val > 10)
        .then(task_a(x=input_val))
        .elif_(input_val < 5)
        .then(task_b(x=input_val))
        .else_()
        .then(task_c())
    )
