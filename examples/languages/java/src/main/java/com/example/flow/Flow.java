package com.example.flow;

import com.example.flowidl.core.v1.IfBlock;
import com.example.flowidl.core.v1.IfElseBlock;
import com.example.flowidl.core.v1.Node;
import com.example.flowidl.core.v1.WorkflowClosure;
import com.example.flowidl.core.v1.WorkflowNode;
import com.example.flowidl.report.v1.FieldPath;
import com.example.flowidl.report.v1.FieldPathElement;
import com.example.flowidl.report.v1.Finding;
import com.example.flowidl.report.v1.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Reads a workflow and a validation report that were written in Python, and changes the workflow.
 *
 * <pre>Flow CLOSURE REPORT OUT</pre>
 *
 * It prints the nodes of a WorkflowClosure and the findings of a Report, gives every task three
 * retries, and writes the closure to OUT. <code>Flow echo</code> (Echo.java) serves the tests instead.
 */
public final class Flow {
  private Flow() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length == 1 && arguments[0].equals("echo")) {
      Echo.run(System.in, System.out);
    } else if (arguments.length == 3) {
      show(Path.of(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2]));
    } else {
      System.err.println("usage: Flow CLOSURE REPORT OUT | Flow echo");
      System.exit(1);
    }
  }

  private static void show(Path closurePath, Path reportPath, Path outPath) throws IOException {
    var closure = WorkflowClosure.parseFrom(Files.readAllBytes(closurePath)).toBuilder();
    var report = Report.parseFrom(Files.readAllBytes(reportPath));

    System.out.println("workflow " + closure.getWorkflow().getId().getName());
    for (Node node : closure.getWorkflow().getNodesList()) {
      walk(node, 1);
    }
    for (Finding finding : report.getFindingsList()) {
      var severity = finding.getSeverity().name().replace("SEVERITY_", "").toLowerCase(Locale.ROOT);
      var place = path(finding.getLocation().getFieldPath());
      System.out.println(severity + " " + finding.getCode() + " at " + place + ": " + finding.getMessage());
    }

    for (var task : closure.getTasksBuilderList()) {
      task.getMetadataBuilder().getRetriesBuilder().setRetries(3);
    }
    Files.write(outPath, closure.build().toByteArray());
  }

  /** Prints a node and those inside it. Its depth is bounded: parseFrom refuses deeper nesting. */
  private static void walk(Node node, int depth) {
    System.out.println("  ".repeat(depth) + node.getId() + ": " + describe(node));
    if (node.hasBranchNode()) {
      IfElseBlock branch = node.getBranchNode().getIfElse();
      walk(branch.getCase().getThenNode(), depth + 1);
      for (IfBlock block : branch.getOtherList()) {
        walk(block.getThenNode(), depth + 1);
      }
      if (branch.hasElseNode()) {
        walk(branch.getElseNode(), depth + 1);
      }
    }
    if (node.hasArrayNode()) {
      walk(node.getArrayNode().getNode(), depth + 1);
    }
  }

  private static String describe(Node node) {
    return switch (node.getTargetCase()) {
      case TASK_NODE -> "task " + node.getTaskNode().getReferenceId().getName();
      case WORKFLOW_NODE -> {
        WorkflowNode target = node.getWorkflowNode();
        yield target.hasLaunchplanRef()
            ? "launch plan " + target.getLaunchplanRef().getName()
            : "workflow " + target.getSubWorkflowRef().getName();
      }
      case BRANCH_NODE -> "branch";
      case GATE_NODE -> "gate";
      case ARRAY_NODE -> "array";
      case TARGET_NOT_SET -> "nothing";
    };
  }

  /** Writes a field path as people do: template.nodes[1].inputs[0]. */
  private static String path(FieldPath path) {
    return path.getElementsList().stream().map(Flow::step).collect(Collectors.joining("."));
  }

  private static String step(FieldPathElement element) {
    return switch (element.getSubscriptCase()) {
      case INDEX -> element.getName() + "[" + Long.toUnsignedString(element.getIndex()) + "]";
      case KEY -> element.getName() + "[\"" + element.getKey() + "\"]";
      case SUBSCRIPT_NOT_SET -> element.getName();
    };
  }
}
