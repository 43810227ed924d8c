#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "core/diagnosis/diagnosis.h"

namespace leasescope {

nlohmann::json toJson(const Finding& finding);
/// Most urgent first, each with its evidence and advice; for people. Not live: only the cluster is known.
std::string findingsText(const Verdict& verdict, bool live);
/// One look in the text format that Prometheus reads. Null: nothing is known, which is all that it says then.
std::string metricsText(const Verdict* verdict);

}  // namespace leasescope
