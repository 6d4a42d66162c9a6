"""Not of a seed, which only describe them: the job that a dynamic task hands over at run time."""

from flytekit import conditional, dynamic, task


@task
def inc(a: int) -> int:
    return a + 1


@dynamic
def body(n: int) -> int:
    a = inc(a=n)
    b = inc(a=a)
    return conditional("c").if_(b > 3).then(inc(a=b)).else_().then(inc(a=a))


DYNAMIC = {body: {"n": 0}}
