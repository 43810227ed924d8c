#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/playground/subprocess.h"
#include "tests/support/eventually.h"

namespace leasescope {

/// What a program that has ended printed and answered.
struct ProgramResult {
  int exitCode = -1;
  std::string output;
  std::string errors;
};

/// Runs a program to its end; -1 when it can't be started or does not end within a minute.
ProgramResult runProgram(std::vector<std::string> command, std::vector<std::string> environment = {});

/// A program that goes on running, with its standard input open and its lines collected.
class RunningProgram {
 public:
  explicit RunningProgram(std::vector<std::string> command);

  std::vector<std::string> lines() const;
  /// Waits for a line that begins so; empty when there was none in time.
  std::string lineThatBegins(const std::string& beginning) const;
  void closeInput() { process_->closeInput(); }
  std::optional<int> wait(absl::Duration timeout) { return process_->wait(timeout); }
  Subprocess& process() { return *process_; }

 private:
  mutable std::mutex mutex_;  // guards lines_
  std::vector<std::string> lines_;
  std::unique_ptr<Subprocess> process_;  // last: its thread adds lines
};

}  // namespace leasescope
