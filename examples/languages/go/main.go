// Flow reads a workflow and a validation report that were written in Python, and changes the workflow.
//
//	flow CLOSURE REPORT OUT
//
// It prints the nodes of a WorkflowClosure and the findings of a Report, gives every task three retries, and
// writes the closure to OUT. `flow echo` (echo.go) serves the tests instead.
package main

import (
	"fmt"
	"log"
	"os"
	"strings"

	"google.golang.org/protobuf/proto"

	corev1 "example.com/flow/gen/flowidl/core/v1"
	reportv1 "example.com/flow/gen/flowidl/report/v1"
)

func main() {
	log.SetFlags(0)
	var err error
	switch {
	case len(os.Args) == 2 && os.Args[1] == "echo":
		err = echo(os.Stdin, os.Stdout)
	case len(os.Args) == 4:
		err = show(os.Args[1], os.Args[2], os.Args[3])
	default:
		err = fmt.Errorf("usage: flow CLOSURE REPORT OUT | flow echo")
	}
	if err != nil {
		log.Fatal(err)
	}
}

func show(closurePath, reportPath, outPath string) error {
	closure := &corev1.WorkflowClosure{}
	if err := read(closurePath, closure); err != nil {
		return err
	}
	report := &reportv1.Report{}
	if err := read(reportPath, report); err != nil {
		return err
	}

	fmt.Printf("workflow %s\n", closure.GetWorkflow().GetId().GetName())
	for _, node := range closure.GetWorkflow().GetNodes() {
		walk(node, 1)
	}
	for _, finding := range report.GetFindings() {
		severity := strings.ToLower(strings.TrimPrefix(finding.GetSeverity().String(), "SEVERITY_"))
		place := path(finding.GetLocation().GetFieldPath())
		fmt.Printf("%s %s at %s: %s\n", severity, finding.GetCode(), place, finding.GetMessage())
	}

	for _, task := range closure.GetTasks() {
		if task.Metadata == nil {
			task.Metadata = &corev1.TaskMetadata{}
		}
		task.Metadata.Retries = &corev1.RetryStrategy{Retries: 3}
	}
	data, err := proto.Marshal(closure)
	if err != nil {
		return err
	}
	return os.WriteFile(outPath, data, 0o644)
}

func read(path string, message proto.Message) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return proto.Unmarshal(data, message)
}

// walk prints a node and those inside it. Its depth is bounded: proto.Unmarshal refuses deeper nesting.
func walk(node *corev1.Node, depth int) {
	fmt.Printf("%s%s: %s\n", strings.Repeat("  ", depth), node.GetId(), describe(node))
	if branch := node.GetBranchNode().GetIfElse(); branch != nil {
		walk(branch.GetCase().GetThenNode(), depth+1)
		for _, block := range branch.GetOther() {
			walk(block.GetThenNode(), depth+1)
		}
		if branch.GetElseNode() != nil {
			walk(branch.GetElseNode(), depth+1)
		}
	}
	if array := node.GetArrayNode(); array != nil {
		walk(array.GetNode(), depth+1)
	}
}

func describe(node *corev1.Node) string {
	switch target := node.GetTarget().(type) {
	case *corev1.Node_TaskNode:
		return "task " + target.TaskNode.GetReferenceId().GetName()
	case *corev1.Node_WorkflowNode:
		if plan := target.WorkflowNode.GetLaunchplanRef(); plan != nil {
			return "launch plan " + plan.GetName()
		}
		return "workflow " + target.WorkflowNode.GetSubWorkflowRef().GetName()
	case *corev1.Node_BranchNode:
		return "branch"
	case *corev1.Node_GateNode:
		return "gate"
	case *corev1.Node_ArrayNode:
		return "array"
	default:
		return "nothing"
	}
}

// path writes a field path as people do: template.nodes[1].inputs[0].
func path(fieldPath *reportv1.FieldPath) string {
	steps := []string{}
	for _, element := range fieldPath.GetElements() {
		step := element.GetName()
		switch subscript := element.GetSubscript().(type) {
		case *reportv1.FieldPathElement_Index:
			step += fmt.Sprintf("[%d]", subscript.Index)
		case *reportv1.FieldPathElement_Key:
			step += fmt.Sprintf("[%q]", subscript.Key)
		}
		steps = append(steps, step)
	}
	return strings.Join(steps, ".")
}
