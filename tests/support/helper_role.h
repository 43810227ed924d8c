#pragma once

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "core/playground/subprocess.h"

namespace leasescope {

/// Another job for the test program: a process of its own that a test may kill. Registered with
/// testing::AddGlobalTestEnvironment(); the program does the job instead of the tests when started with
/// asHelper().
class HelperRole : public testing::Environment {
 public:
  HelperRole(std::string name, std::function<void()> job) : name_(std::move(name)), job_(std::move(job)) {}

  void SetUp() override {
    const char* role = std::getenv(kVariable);
    if (role == nullptr || name_ != role) return;
    ::unsetenv(kVariable);
    job_();
    std::_Exit(0);
  }

  static SubprocessOptions asHelper(const std::string& name) {
    SubprocessOptions options;
    options.command = {std::filesystem::read_symlink("/proc/self/exe").string()};
    options.environment = {std::string(kVariable) + "=" + name};
    return options;
  }

 private:
  static constexpr char kVariable[] = "LEASESCOPE_TEST_ROLE";

  std::string name_;
  std::function<void()> job_;
};

}  // namespace leasescope
