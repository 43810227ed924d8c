#include "core/lockers/demo_task.h"

#include <nlohmann/json.hpp>

namespace leasescope {

std::string demoTaskLine(const DemoTask& task) {
  const nlohmann::json line = {{"rate", task.requestsPerSecond},
                               {"mistakes", demoMistakesText(task.mistakes)}};
  return line.dump() + "\n";
}

std::optional<DemoTask> demoTaskFrom(std::string_view line) {
  const nlohmann::json task = nlohmann::json::parse(line, nullptr, false);
  if (!task.is_object()) return std::nullopt;
  const auto rate = task.find("rate");
  const auto words = task.find("mistakes");
  if (rate == task.end() || !rate->is_number() || words == task.end() || !words->is_string()) {
    return std::nullopt;
  }
  const auto requestsPerSecond = rate->get<double>();
  const auto mistakes = demoMistakesFrom(words->get_ref<const std::string&>());
  if (!mistakes.ok() || !isDemoRate(requestsPerSecond)) return std::nullopt;
  return DemoTask{.requestsPerSecond = requestsPerSecond, .mistakes = *mistakes};
}

}  // namespace leasescope
