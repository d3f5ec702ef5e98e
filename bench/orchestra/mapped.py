"""`python -m bench.orchestra.mapped N`: CPU milliseconds of this side for each of N Prefect tasks that do nothing."""

import sys

from prefect import flow, task

from bench.orchestra.costs import own


@task(persist_result=False)
def _nothing(number: int) -> int:
    return number


@flow(persist_result=False)
def _many(count: int) -> float:
    begun = own()
    for each in [_nothing.submit(number) for number in range(count)]:
        each.result()
    return 1000 * (own() - begun) / count


if __name__ == "__main__":
    print(_many(int(sys.argv[1])))
