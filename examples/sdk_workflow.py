"""Workflows as Python functions: run here, written into a package, the same messages both times.

Run it as a script or with `flowidl run examples/sdk_workflow.py:order --input "amounts=[3, 4]"`, and write it
with `flowidl package examples/sdk_workflow.py --image registry.example/shop:1 -o shop.tgz`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.sdk import LaunchPlan, conditional, dynamic, map_task, task, workflow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowidl.builders.nodes import Entity


@task
def price(amount: int, factor: int = 10) -> int:
    """Price one position."""
    return factor * amount


@task(cache=True, cache_version="1", retries=2)
def total(prices: list[int]) -> int:
    """Add up."""
    return sum(prices)


@task
def invoice(amount: int, kind: str) -> str:
    """Write an invoice."""
    return f"{kind} invoice over {amount}"


@dynamic
def discount(steps: int) -> int:
    """Halve as often as was said: the number of nodes is known only when this runs."""
    return price(amount=1) if steps <= 0 else half(amount=discount(steps=steps - 1))


@task
def half(amount: int) -> int:
    """Return half of an amount."""
    return amount // 2


@workflow
def order(amounts: list[int]) -> tuple[str, int]:
    """Price all positions, and write the invoice that fits their total."""
    amount: int = total(prices=map_task(price)(amount=amounts))
    text: str = (
        conditional("size")
        .if_(amount > 50)
        .then(invoice(amount=amount, kind="large"))
        .else_()
        .then(invoice(amount=amount, kind="small"))
    )
    return text, discount(steps=2)


nightly = LaunchPlan.create("shop.nightly", order, default_inputs={"amounts": [1]})


def definitions() -> Sequence[Entity]:
    """Return everything that a package holds."""
    return [
        *order.bind(image="registry.example/shop:1").contents,
        *nightly.bind(image="registry.example/shop:1").contents,
    ]


def main() -> None:
    """Run the workflow and its launch plan."""
    print(order(amounts=[3, 4]))
    print(nightly())


if __name__ == "__main__":
    main()
