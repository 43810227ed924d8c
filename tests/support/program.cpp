#include "tests/support/program.h"

#include <fstream>
#include <iterator>
#include <stdexcept>

#include "tests/support/temporary_folder.h"

namespace leasescope {
namespace {

std::string contentsOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

ProgramResult runProgram(std::vector<std::string> command, std::vector<std::string> environment) {
  const TemporaryFolder folder;
  const auto process = Subprocess::start({.command = std::move(command),
                                          .environment = std::move(environment),
                                          .outputFile = folder.file("output"),
                                          .errorFile = folder.file("errors")});
  if (!process.ok()) return {.exitCode = -1, .output = {}, .errors = std::string(process.status().message())};
  const std::optional<int> code = (*process)->wait(absl::Minutes(1));
  return {.exitCode = code.value_or(-1),
          .output = contentsOf(folder.file("output")),
          .errors = contentsOf(folder.file("errors"))};
}

RunningProgram::RunningProgram(std::vector<std::string> command) {
  absl::StatusOr<std::unique_ptr<Subprocess>> process =
      Subprocess::start({.command = std::move(command),
                         .onLine =
                             [this](std::string_view line) {
                               const std::lock_guard lock(mutex_);
                               lines_.emplace_back(line);
                             },
                         .holdInput = true});
  if (!process.ok()) throw std::runtime_error(std::string(process.status().message()));
  process_ = *std::move(process);
}

std::vector<std::string> RunningProgram::lines() const {
  const std::lock_guard lock(mutex_);
  return lines_;
}

std::string RunningProgram::lineThatBegins(const std::string& beginning) const {
  std::string found;
  eventually(
      [&] {
        for (const std::string& line : lines()) {
          if (line.starts_with(beginning)) found = line;
        }
        return !found.empty();
      },
      absl::Seconds(30));
  return found;
}

}  // namespace leasescope
