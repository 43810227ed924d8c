#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "core/probe/goroutine_profile.h"

namespace leasescope {

/// Makes a profile, stack by stack: names and stacks that come again are kept once. Names are seen, not
/// copied, until take(): the text that they are in has to live as long.
class StackCollector {
 public:
  /// Of all stacks that are added: 100,000 that are all different and 80 deep. A small file could name the
  /// same functions without end.
  static constexpr std::int64_t kMostFunctionsSeen = 8'000'000;

  /// The place of this name in the profile's functions.
  std::uint32_t function(std::string_view name);

  /// `count` more goroutines, 0 or more, with this stack, innermost function first.
  void add(std::int64_t count, absl::Span<const std::uint32_t> functions, int waitMinutes = 0);

  /// There is more than a real program could have; nothing more should be added.
  bool tooMuch() const;

  /// All that was added, or ResourceExhausted if it was too much. Call it once.
  absl::StatusOr<GoroutineProfile> take();

 private:
  std::int64_t functionsSeen_ = 0;
  absl::flat_hash_map<std::string_view, std::uint32_t> functions_;
  absl::flat_hash_map<std::vector<std::uint32_t>, std::size_t> stacks_;  // places in profile_.stacks
  GoroutineProfile profile_;
};

}  // namespace leasescope
