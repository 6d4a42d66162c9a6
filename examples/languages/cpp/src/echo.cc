#include "echo.h"

#include <google/protobuf/message.h>
#include <google/protobuf/util/json_util.h>

#include <cstdint>
#include <istream>
#include <memory>
#include <ostream>
#include <stdexcept>
#include <string>

#include "flowidl/admin/v1/execution.pb.h"
#include "flowidl/admin/v1/launch_plan.pb.h"
#include "flowidl/admin/v1/task.pb.h"
#include "flowidl/admin/v1/workflow.pb.h"
#include "flowidl/core/v1/dynamic_job.pb.h"
#include "flowidl/core/v1/workflow_closure.pb.h"
#include "flowidl/plugins/kubeflow/v1/mpi.pb.h"
#include "flowidl/plugins/v1/qubole.pb.h"
#include "flowidl/plugins/v1/ray.pb.h"
#include "flowidl/plugins/v1/spark.pb.h"
#include "flowidl/report/v1/report.pb.h"

namespace {

namespace pb = google::protobuf;

bool Read(std::istream& input, std::string& frame) {
  unsigned char length[4];
  if (!input.read(reinterpret_cast<char*>(length), sizeof length)) return false;
  frame.resize(length[0] | length[1] << 8 | length[2] << 16 | std::uint32_t{length[3]} << 24);
  return static_cast<bool>(input.read(frame.data(), static_cast<std::streamsize>(frame.size())));
}

void Write(std::ostream& output, const std::string& frame) {
  const auto length = static_cast<std::uint32_t>(frame.size());
  for (int shift = 0; shift < 32; shift += 8) output.put(static_cast<char>(length >> shift & 0xff));
  output << frame;
}

void Check(const pb::util::Status& status) {
  if (!status.ok()) throw std::runtime_error(status.ToString());
}

// Returns an empty message of a type that is linked into the program.
std::unique_ptr<pb::Message> Empty(const std::string& name) {
  const auto* type = pb::DescriptorPool::generated_pool()->FindMessageTypeByName(name);
  if (type == nullptr) throw std::runtime_error("unknown message type " + name);
  return std::unique_ptr<pb::Message>(pb::MessageFactory::generated_factory()->GetPrototype(type)->New());
}

std::string Convert(const std::string& conversion, const std::string& name, const std::string& data) {
  const auto message = Empty(name);
  if (conversion == "json-binary") {
    Check(pb::util::JsonStringToMessage(data, message.get()));
  } else if (!message->ParseFromString(data)) {
    throw std::runtime_error("not a " + name);
  }
  std::string result;
  if (conversion == "binary-json") {
    Check(pb::util::MessageToJsonString(*message, &result));
  } else {
    message->SerializeToString(&result);
  }
  return result;
}

// A file's messages are linked into the program only if something refers to them.
void Link() {
  pb::LinkMessageReflection<flowidl::admin::v1::ExecutionCreateRequest>();
  pb::LinkMessageReflection<flowidl::admin::v1::LaunchPlan>();
  pb::LinkMessageReflection<flowidl::admin::v1::TaskSpec>();
  pb::LinkMessageReflection<flowidl::admin::v1::WorkflowSpec>();
  pb::LinkMessageReflection<flowidl::core::v1::DynamicJobSpec>();
  pb::LinkMessageReflection<flowidl::core::v1::WorkflowClosure>();
  pb::LinkMessageReflection<flowidl::plugins::kubeflow::v1::DistributedMPITrainingTask>();
  pb::LinkMessageReflection<flowidl::plugins::v1::QuboleHiveJob>();
  pb::LinkMessageReflection<flowidl::plugins::v1::RayJob>();
  pb::LinkMessageReflection<flowidl::plugins::v1::SparkJob>();
  pb::LinkMessageReflection<flowidl::report::v1::Report>();
}

}  // namespace

bool Echo(std::istream& input, std::ostream& output) {
  Link();
  std::string conversion, name, data;
  while (Read(input, conversion)) {
    if (!Read(input, name) || !Read(input, data)) return false;
    std::string status = "ok", result;
    try {
      result = Convert(conversion, name, data);
    } catch (const std::exception& error) {
      status = "error";
      result = error.what();
    }
    Write(output, status);
    Write(output, result);
  }
  output.flush();
  return true;
}
