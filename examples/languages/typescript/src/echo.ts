// Decodes and encodes whatever it is sent, until its input ends. A frame is a length (four bytes, little endian)
// and that many bytes. A request is three frames: how to convert ("binary-binary", "binary-json" or "json-binary"),
// the full name of a message type, and the message. An answer is two: "ok" and the result, or "error" and the
// reason.
import { createRegistry, fromBinary, fromJsonString, toBinary, toJsonString } from "@bufbuild/protobuf";

import { file_flowidl_admin_v1_execution } from "./gen/flowidl/admin/v1/execution_pb.js";
import { file_flowidl_admin_v1_launch_plan } from "./gen/flowidl/admin/v1/launch_plan_pb.js";
import { file_flowidl_admin_v1_task } from "./gen/flowidl/admin/v1/task_pb.js";
import { file_flowidl_admin_v1_workflow } from "./gen/flowidl/admin/v1/workflow_pb.js";
import { file_flowidl_core_v1_dynamic_job } from "./gen/flowidl/core/v1/dynamic_job_pb.js";
import { file_flowidl_core_v1_workflow_closure } from "./gen/flowidl/core/v1/workflow_closure_pb.js";
import { file_flowidl_plugins_kubeflow_v1_mpi } from "./gen/flowidl/plugins/kubeflow/v1/mpi_pb.js";
import { file_flowidl_plugins_v1_qubole } from "./gen/flowidl/plugins/v1/qubole_pb.js";
import { file_flowidl_plugins_v1_ray } from "./gen/flowidl/plugins/v1/ray_pb.js";
import { file_flowidl_plugins_v1_spark } from "./gen/flowidl/plugins/v1/spark_pb.js";
import { file_flowidl_report_v1_report } from "./gen/flowidl/report/v1/report_pb.js";

const imported = [
  file_flowidl_admin_v1_execution,
  file_flowidl_admin_v1_launch_plan,
  file_flowidl_admin_v1_task,
  file_flowidl_admin_v1_workflow,
  file_flowidl_core_v1_dynamic_job,
  file_flowidl_core_v1_workflow_closure,
  file_flowidl_plugins_kubeflow_v1_mpi,
  file_flowidl_plugins_v1_qubole,
  file_flowidl_plugins_v1_ray,
  file_flowidl_plugins_v1_spark,
  file_flowidl_report_v1_report,
];
// A registry holds the types of the files that it is given, and not those of the files that they import.
const files = new Set(imported);
for (const file of files) {
  file.dependencies.forEach((dependency) => files.add(dependency));
}
const registry = createRegistry(...files);

const text = new TextDecoder("utf-8", { fatal: true });

export async function echo(): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) {
    chunks.push(chunk);
  }
  const frames = split(Buffer.concat(chunks));
  for (let i = 0; i + 2 < frames.length; i += 3) {
    let status = "ok";
    let result: Uint8Array;
    try {
      result = convert(text.decode(frames[i]), text.decode(frames[i + 1]), frames[i + 2]!);
    } catch (error) {
      status = "error";
      result = Buffer.from(String(error));
    }
    process.stdout.write(Buffer.concat([frame(Buffer.from(status)), frame(result)]));
  }
}

function convert(conversion: string, name: string, data: Uint8Array): Uint8Array {
  const schema = registry.getMessage(name);
  if (schema === undefined) {
    throw new Error(`unknown message type ${name}`);
  }
  switch (conversion) {
    case "binary-binary":
      return toBinary(schema, fromBinary(schema, data));
    case "binary-json":
      return Buffer.from(toJsonString(schema, fromBinary(schema, data), { registry }));
    case "json-binary":
      return toBinary(schema, fromJsonString(schema, text.decode(data), { registry }));
    default:
      throw new Error(`unknown conversion ${conversion}`);
  }
}

function split(stream: Buffer): Buffer[] {
  const frames: Buffer[] = [];
  for (let at = 0; at < stream.length; ) {
    const end = at + 4 + stream.readUInt32LE(at);
    frames.push(stream.subarray(at + 4, end));
    at = end;
  }
  return frames;
}

function frame(content: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(content.length);
  return Buffer.concat([length, content]);
}
