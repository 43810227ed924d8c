#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/lockers/demo_mistakes.h"

namespace leasescope {

/// What a program of the demo is to do; may be changed while it runs.
struct DemoTask {
  static constexpr double kLowestRate = 0.1;
  static constexpr double kHighestRate = 100;

  double requestsPerSecond = 4;  // between the two above
  DemoMistakes mistakes;

  friend bool operator==(const DemoTask&, const DemoTask&) = default;
};

inline bool isDemoRate(double requestsPerSecond) {
  return requestsPerSecond >= DemoTask::kLowestRate && requestsPerSecond <= DemoTask::kHighestRate;
}

/// As the program reads it from its standard input: {"rate":4.0,"mistakes":"session,lock"}, one line with
/// its end.
std::string demoTaskLine(const DemoTask& task);
/// nullopt: the line is no task, or its rate is out of bounds.
std::optional<DemoTask> demoTaskFrom(std::string_view line);

}  // namespace leasescope
