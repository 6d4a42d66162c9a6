//! Flow reads a workflow and a validation report that were written in Python, and changes the workflow.
//!
//!     flow CLOSURE REPORT OUT
//!
//! It prints the nodes of a `WorkflowClosure` and the findings of a `Report`, gives every task three retries, and
//! writes the closure to OUT. `flow echo` (echo.rs) serves the tests instead.

mod echo;
mod schema;

use std::error::Error;
use std::fs;

use prost::Message;

use schema::flowidl::core::v1::{if_else_block, node::Target, task_node, workflow_node};
use schema::flowidl::core::v1::{Identifier, Node, RetryStrategy, WorkflowClosure};
use schema::flowidl::report::v1::{field_path_element::Subscript, FieldPath, Report};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["echo"] => echo::run(std::io::stdin().lock(), std::io::stdout().lock()),
        [closure, report, out] => show(closure, report, out),
        _ => Err("usage: flow CLOSURE REPORT OUT | flow echo".into()),
    }
}

fn show(closure_path: &str, report_path: &str, out_path: &str) -> Result<(), Box<dyn Error>> {
    let mut closure = WorkflowClosure::decode(&*fs::read(closure_path)?)?;
    let report = Report::decode(&*fs::read(report_path)?)?;

    let workflow = closure.workflow.as_ref();
    println!("workflow {}", name(workflow.and_then(|w| w.id.as_ref())));
    for node in workflow.map(|w| &w.nodes[..]).unwrap_or_default() {
        walk(node, 1);
    }
    for finding in &report.findings {
        let severity = finding
            .severity()
            .as_str_name()
            .replace("SEVERITY_", "")
            .to_lowercase();
        let place = path(finding.location.as_ref().and_then(|l| l.field_path.as_ref()));
        println!("{severity} {} at {place}: {}", finding.code, finding.message);
    }

    for task in &mut closure.tasks {
        task.metadata.get_or_insert_default().retries = Some(RetryStrategy { retries: 3 });
    }
    // prost has dropped what it does not know: fields of a later flowidl are not in OUT.
    Ok(fs::write(out_path, closure.encode_to_vec())?)
}

/// Prints a node and those inside it. Its depth is bounded: `decode` refuses deeper nesting.
fn walk(node: &Node, depth: usize) {
    println!("{}{}: {}", "  ".repeat(depth), node.id, describe(node));
    match &node.target {
        Some(Target::BranchNode(branch)) => {
            let Some(branch) = &branch.if_else else { return };
            let blocks = branch.case.iter().map(AsRef::as_ref).chain(&branch.other);
            for then_node in blocks.filter_map(|block| block.then_node.as_ref()) {
                walk(then_node, depth + 1);
            }
            if let Some(if_else_block::Default::ElseNode(else_node)) = &branch.default {
                walk(else_node, depth + 1);
            }
        }
        Some(Target::ArrayNode(array)) => {
            if let Some(node) = &array.node {
                walk(node, depth + 1);
            }
        }
        _ => {}
    }
}

fn describe(node: &Node) -> String {
    match &node.target {
        Some(Target::TaskNode(target)) => match &target.reference {
            Some(task_node::Reference::ReferenceId(id)) => format!("task {}", id.name),
            None => "task ".into(),
        },
        Some(Target::WorkflowNode(target)) => match &target.reference {
            Some(workflow_node::Reference::LaunchplanRef(id)) => format!("launch plan {}", id.name),
            Some(workflow_node::Reference::SubWorkflowRef(id)) => format!("workflow {}", id.name),
            None => "workflow ".into(),
        },
        Some(Target::BranchNode(_)) => "branch".into(),
        Some(Target::GateNode(_)) => "gate".into(),
        Some(Target::ArrayNode(_)) => "array".into(),
        None => "nothing".into(),
    }
}

fn name(id: Option<&Identifier>) -> &str {
    id.map(|id| id.name.as_str()).unwrap_or_default()
}

/// Writes a field path as people do: `template.nodes[1].inputs[0]`.
fn path(path: Option<&FieldPath>) -> String {
    let elements = path.map(|p| &p.elements[..]).unwrap_or_default();
    let steps = elements.iter().map(|element| match &element.subscript {
        Some(Subscript::Index(index)) => format!("{}[{index}]", element.name),
        Some(Subscript::Key(key)) => format!("{}[{key:?}]", element.name),
        None => element.name.clone(),
    });
    steps.collect::<Vec<_>>().join(".")
}
