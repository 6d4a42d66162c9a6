"""What Kubernetes makes of a pod: its API as a table, and the checks that its API server does.

```python
from flowidl.kubernetes import Shape, check

for problem in check({"containers": []}, Shape.POD).problems:
    print(problem.fault, problem.steps, problem.reason)
```
"""

from __future__ import annotations

from flowidl.kubernetes.check import Verdict, check
from flowidl.kubernetes.problems import Fault, Problem, Shape, Steps, written

__all__ = ["Fault", "Problem", "Shape", "Steps", "Verdict", "check", "written"]
