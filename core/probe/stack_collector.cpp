#include "core/probe/stack_collector.h"

#include <algorithm>

#include "absl/status/status.h"

namespace leasescope {
namespace {

// Each takes 2 KiB at least: as many as 2 TiB hold.
constexpr std::int64_t kMostGoroutines = 1'000'000'000;

}  // namespace

std::uint32_t StackCollector::function(std::string_view name) {
  return functions_.try_emplace(name, static_cast<std::uint32_t>(functions_.size())).first->second;
}

void StackCollector::add(std::int64_t count, absl::Span<const std::uint32_t> functions, int waitMinutes) {
  functionsSeen_ += static_cast<std::int64_t>(functions.size());
  profile_.total += std::min(count, kMostGoroutines + 1);
  if (tooMuch() || count == 0) return;
  std::vector<std::uint32_t> key(functions.begin(), functions.end());
  const auto [place, added] = stacks_.try_emplace(std::move(key), profile_.stacks.size());
  if (added) profile_.stacks.push_back({.functions = place->first});
  GoroutineStack& stack = profile_.stacks[place->second];
  stack.count += count;
  stack.longestWaitMinutes = std::max(stack.longestWaitMinutes, waitMinutes);
}

bool StackCollector::tooMuch() const {
  return functionsSeen_ > kMostFunctionsSeen || profile_.total > kMostGoroutines;
}

absl::StatusOr<GoroutineProfile> StackCollector::take() {
  if (tooMuch()) {
    return absl::ResourceExhaustedError("there are more stacks in this than any program has goroutines");
  }
  profile_.functions.resize(functions_.size());
  for (const auto& [name, place] : functions_) profile_.functions[place] = std::string(name);
  return std::move(profile_);
}

}  // namespace leasescope
