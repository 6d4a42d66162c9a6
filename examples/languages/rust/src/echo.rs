//! Decodes and encodes whatever it is sent, until its input ends.
//!
//! A frame is a length (four bytes, little endian) and that many bytes. A request is three frames: how to convert
//! (`binary-binary`, `binary-json` or `json-binary`), the full name of a message type, and the message. An answer is
//! two: `ok` and the result, or `error` and the reason.
//!
//! Bytes go through prost's own types. prost has no JSON, so for JSON prost-reflect reads what prost wrote, by the
//! schema's descriptor image.

use std::error::Error;
use std::io::{BufReader, BufWriter, Read, Write};

use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage};

use crate::schema::flowidl::{admin, core, plugins, report};

const IMAGE: &[u8] = include_bytes!("../flowidl.binpb");

type Result<T> = std::result::Result<T, Box<dyn Error>>;

pub fn run(input: impl Read, output: impl Write) -> Result<()> {
    let pool = DescriptorPool::decode(IMAGE)?;
    let mut reader = BufReader::new(input);
    let mut writer = BufWriter::new(output);
    while let Some(conversion) = read(&mut reader)? {
        let name = read(&mut reader)?.ok_or("the request ends early")?;
        let data = read(&mut reader)?.ok_or("the request ends early")?;
        let (status, result) = match convert(&pool, &conversion, std::str::from_utf8(&name)?, &data) {
            Ok(result) => ("ok", result),
            Err(error) => ("error", error.to_string().into_bytes()),
        };
        write(&mut writer, status.as_bytes())?;
        write(&mut writer, &result)?;
    }
    Ok(writer.flush()?)
}

fn convert(pool: &DescriptorPool, conversion: &[u8], name: &str, data: &[u8]) -> Result<Vec<u8>> {
    let kind = pool.get_message_by_name(name).ok_or("unknown message type")?;
    match conversion {
        b"binary-binary" => echo(name, data),
        b"binary-json" => {
            let message = DynamicMessage::decode(kind, &*echo(name, data)?)?;
            Ok(serde_json::to_vec(&message)?)
        }
        b"json-binary" => {
            let mut json = serde_json::Deserializer::from_slice(data);
            let message = DynamicMessage::deserialize(kind, &mut json)?;
            json.end()?;
            echo(name, &message.encode_to_vec())
        }
        _ => Err("unknown conversion".into()),
    }
}

/// Decodes and encodes with the type that prost generated.
fn echo(name: &str, data: &[u8]) -> Result<Vec<u8>> {
    fn through<M: Message + Default>(data: &[u8]) -> Result<Vec<u8>> {
        Ok(M::decode(data)?.encode_to_vec())
    }
    match name {
        "flowidl.admin.v1.ExecutionCreateRequest" => through::<admin::v1::ExecutionCreateRequest>(data),
        "flowidl.admin.v1.ExecutionSpec" => through::<admin::v1::ExecutionSpec>(data),
        "flowidl.admin.v1.LaunchPlan" => through::<admin::v1::LaunchPlan>(data),
        "flowidl.admin.v1.LaunchPlanSpec" => through::<admin::v1::LaunchPlanSpec>(data),
        "flowidl.admin.v1.Task" => through::<admin::v1::Task>(data),
        "flowidl.admin.v1.TaskSpec" => through::<admin::v1::TaskSpec>(data),
        "flowidl.admin.v1.Workflow" => through::<admin::v1::Workflow>(data),
        "flowidl.admin.v1.WorkflowSpec" => through::<admin::v1::WorkflowSpec>(data),
        "flowidl.core.v1.CompiledTask" => through::<core::v1::CompiledTask>(data),
        "flowidl.core.v1.CompiledWorkflowClosure" => through::<core::v1::CompiledWorkflowClosure>(data),
        "flowidl.core.v1.DynamicJobSpec" => through::<core::v1::DynamicJobSpec>(data),
        "flowidl.core.v1.Literal" => through::<core::v1::Literal>(data),
        "flowidl.core.v1.Node" => through::<core::v1::Node>(data),
        "flowidl.core.v1.TaskTemplate" => through::<core::v1::TaskTemplate>(data),
        "flowidl.core.v1.WorkflowClosure" => through::<core::v1::WorkflowClosure>(data),
        "flowidl.core.v1.WorkflowTemplate" => through::<core::v1::WorkflowTemplate>(data),
        "flowidl.plugins.kubeflow.v1.DistributedMPITrainingTask" => {
            through::<plugins::kubeflow::v1::DistributedMpiTrainingTask>(data)
        }
        "flowidl.plugins.v1.QuboleHiveJob" => through::<plugins::v1::QuboleHiveJob>(data),
        "flowidl.plugins.v1.RayJob" => through::<plugins::v1::RayJob>(data),
        "flowidl.plugins.v1.SparkJob" => through::<plugins::v1::SparkJob>(data),
        "flowidl.report.v1.Report" => through::<report::v1::Report>(data),
        _ => Err("a type that the program was not built for".into()),
    }
}

/// Returns the next frame, or nothing if the stream ends before one.
fn read(reader: &mut impl Read) -> Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    if reader.read(&mut length[..1])? == 0 {
        return Ok(None);
    }
    reader.read_exact(&mut length[1..])?;
    let mut frame = vec![0; u32::from_le_bytes(length) as usize];
    reader.read_exact(&mut frame)?;
    Ok(Some(frame))
}

fn write(writer: &mut impl Write, frame: &[u8]) -> Result<()> {
    writer.write_all(&u32::try_from(frame.len())?.to_le_bytes())?;
    Ok(writer.write_all(frame)?)
}
