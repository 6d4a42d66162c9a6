// Flow reads a workflow and a validation report that were written in Python, and changes the workflow.
//
//     node dist/main.js CLOSURE REPORT OUT
//
// It prints the nodes of a WorkflowClosure and the findings of a Report, gives every task three retries, and
// writes the closure to OUT. `node dist/main.js echo` (echo.ts) serves the tests instead.
import { readFileSync, writeFileSync } from "node:fs";

import { create, fromBinary, toBinary } from "@bufbuild/protobuf";

import { RetryStrategySchema } from "./gen/flowidl/core/v1/literals_pb.js";
import { TaskMetadataSchema } from "./gen/flowidl/core/v1/tasks_pb.js";
import { type Node } from "./gen/flowidl/core/v1/workflow_pb.js";
import { WorkflowClosureSchema } from "./gen/flowidl/core/v1/workflow_closure_pb.js";
import { type FieldPath, ReportSchema, Severity } from "./gen/flowidl/report/v1/report_pb.js";
import { echo } from "./echo.js";

function show(closurePath: string, reportPath: string, outPath: string): void {
  const closure = fromBinary(WorkflowClosureSchema, readFileSync(closurePath));
  const report = fromBinary(ReportSchema, readFileSync(reportPath));

  console.log(`workflow ${closure.workflow?.id?.name}`);
  for (const node of closure.workflow?.nodes ?? []) {
    walk(node, 1);
  }
  for (const finding of report.findings) {
    const severity = (Severity[finding.severity] ?? "error").toLowerCase();
    console.log(`${severity} ${finding.code} at ${path(finding.location?.fieldPath)}: ${finding.message}`);
  }

  for (const task of closure.tasks) {
    task.metadata ??= create(TaskMetadataSchema);
    task.metadata.retries = create(RetryStrategySchema, { retries: 3 });
  }
  writeFileSync(outPath, toBinary(WorkflowClosureSchema, closure));
}

/** Prints a node and those inside it. Its depth is bounded: fromBinary refuses deeper nesting. */
function walk(node: Node | undefined, depth: number): void {
  if (node === undefined) {
    return;
  }
  console.log(`${"  ".repeat(depth)}${node.id}: ${describe(node)}`);
  if (node.target.case === "branchNode") {
    const branch = node.target.value.ifElse;
    walk(branch?.case?.thenNode, depth + 1);
    for (const block of branch?.other ?? []) {
      walk(block.thenNode, depth + 1);
    }
    if (branch?.default.case === "elseNode") {
      walk(branch.default.value, depth + 1);
    }
  }
  if (node.target.case === "arrayNode") {
    walk(node.target.value.node, depth + 1);
  }
}

function describe({ target }: Node): string {
  switch (target.case) {
    case "taskNode":
      return `task ${target.value.reference.value?.name}`;
    case "workflowNode": {
      const kind = target.value.reference.case === "launchplanRef" ? "launch plan" : "workflow";
      return `${kind} ${target.value.reference.value?.name}`;
    }
    case "branchNode":
      return "branch";
    case "gateNode":
      return "gate";
    case "arrayNode":
      return "array";
    default:
      return "nothing";
  }
}

/** Writes a field path as people do: template.nodes[1].inputs[0]. */
function path(fieldPath: FieldPath | undefined): string {
  const steps = (fieldPath?.elements ?? []).map(({ name, subscript }) => {
    switch (subscript.case) {
      case "index":
        return `${name}[${subscript.value}]`;
      case "key":
        return `${name}[${JSON.stringify(subscript.value)}]`;
      default:
        return name;
    }
  });
  return steps.join(".");
}

const [first, ...rest] = process.argv.slice(2);
if (first === "echo" && rest.length === 0) {
  await echo();
} else if (first !== undefined && rest.length === 2) {
  show(first, rest[0]!, rest[1]!);
} else {
  console.error("usage: flow CLOSURE REPORT OUT | flow echo");
  process.exitCode = 1;
}
