// Flow reads a workflow and a validation report that were written in Python, and changes the workflow.
//
//     flow CLOSURE REPORT OUT
//
// It prints the nodes of a WorkflowClosure and the findings of a Report, gives every task three retries, and writes
// the closure to OUT. `flow echo` (echo.cc) serves the tests instead.
#include <algorithm>
#include <cctype>
#include <fstream>
#include <iostream>
#include <string>

#include "echo.h"
#include "flowidl/core/v1/workflow_closure.pb.h"
#include "flowidl/report/v1/report.pb.h"

namespace core = flowidl::core::v1;
namespace report = flowidl::report::v1;

namespace {

std::string Describe(const core::Node& node) {
  switch (node.target_case()) {
    case core::Node::kTaskNode:
      return "task " + node.task_node().reference_id().name();
    case core::Node::kWorkflowNode:
      return node.workflow_node().has_launchplan_ref()
                 ? "launch plan " + node.workflow_node().launchplan_ref().name()
                 : "workflow " + node.workflow_node().sub_workflow_ref().name();
    case core::Node::kBranchNode:
      return "branch";
    case core::Node::kGateNode:
      return "gate";
    case core::Node::kArrayNode:
      return "array";
    case core::Node::TARGET_NOT_SET:
      break;
  }
  return "nothing";
}

// Prints a node and those inside it. Its depth is bounded: parsing refuses deeper nesting.
void Walk(const core::Node& node, std::size_t depth) {
  std::cout << std::string(2 * depth, ' ') << node.id() << ": " << Describe(node) << '\n';
  if (node.has_branch_node()) {
    const auto& branch = node.branch_node().if_else();
    Walk(branch.case_().then_node(), depth + 1);
    for (const auto& block : branch.other()) Walk(block.then_node(), depth + 1);
    if (branch.has_else_node()) Walk(branch.else_node(), depth + 1);
  }
  if (node.has_array_node()) Walk(node.array_node().node(), depth + 1);
}

// Writes a field path as people do: template.nodes[1].inputs[0].
std::string Path(const report::FieldPath& path) {
  std::string text;
  for (const auto& element : path.elements()) {
    if (!text.empty()) text += '.';
    text += element.name();
    if (element.has_index()) text += '[' + std::to_string(element.index()) + ']';
    if (element.has_key()) text += "[\"" + element.key() + "\"]";
  }
  return text;
}

// Writes `error` for SEVERITY_ERROR.
std::string Word(report::Severity severity) {
  std::string word = report::Severity_Name(severity).substr(std::string("SEVERITY_").size());
  std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return std::tolower(c); });
  return word;
}

bool Show(const std::string& closure_path, const std::string& report_path, const std::string& out_path) {
  core::WorkflowClosure closure;
  report::Report findings;
  std::ifstream closure_file(closure_path, std::ios::binary), report_file(report_path, std::ios::binary);
  if (!closure.ParseFromIstream(&closure_file) || !findings.ParseFromIstream(&report_file)) return false;

  std::cout << "workflow " << closure.workflow().id().name() << '\n';
  for (const auto& node : closure.workflow().nodes()) Walk(node, 1);
  for (const auto& finding : findings.findings()) {
    std::cout << Word(finding.severity()) << ' ' << finding.code() << " at "
              << Path(finding.location().field_path()) << ": " << finding.message() << '\n';
  }

  for (auto& task : *closure.mutable_tasks()) task.mutable_metadata()->mutable_retries()->set_retries(3);
  std::ofstream out(out_path, std::ios::binary);
  return closure.SerializeToOstream(&out);
}

}  // namespace

int main(int count, char** arguments) {
  GOOGLE_PROTOBUF_VERIFY_VERSION;
  if (count == 2 && std::string(arguments[1]) == "echo") return Echo(std::cin, std::cout) ? 0 : 1;
  if (count == 4) return Show(arguments[1], arguments[2], arguments[3]) ? 0 : 1;
  std::cerr << "usage: flow CLOSURE REPORT OUT | flow echo\n";
  return 1;
}
