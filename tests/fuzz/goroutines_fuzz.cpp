#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/probe/goroutine_roles.h"
#include "core/probe/pprof_target.h"
#include "core/probe/tcp_table.h"
#include "tests/fuzz/require.h"

namespace leasescope {
namespace {

void checkProfile(std::string_view answer) {
  const auto profile = parseGoroutineProfile(answer);
  if (!profile.ok()) {
    require(profile.status().message().find('\n') == absl::string_view::npos, "an error is one line");
    return;
  }
  std::int64_t sum = 0;
  for (const GoroutineStack& stack : profile->stacks) {
    sum += stack.count;
    require(stack.count > 0, "a stack has goroutines");
    require(
        std::ranges::all_of(stack.functions, [&](std::uint32_t f) { return f < profile->functions.size(); }),
        "a stack's functions have names");
  }
  require(sum == profile->total, "all goroutines have stacks");
  const GoroutineRoles roles = rolesOf(*profile);
  require(roles.sessions + roles.keepAliveClosers + roles.lockWaiters + roles.keepAliveLoops +
                  roles.watchers + roles.rest ==
              roles.total,
          "each goroutine has one role");
}

void checkTarget(std::string_view typed) {
  const auto target = parsePprofTarget(typed);
  if (!target.ok()) return;
  const auto again = parsePprofTarget(target->url());
  require(again.ok() && *again == *target, "what is shown can be typed");
  require(std::ranges::all_of(target->url(), [](char c) { return c > ' ' && c < '\x7f'; }),
          "a URL has no blanks");
}

}  // namespace
}  // namespace leasescope

/// Whatever a service answers and whatever is typed or pasted.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace leasescope;  // NOLINT(google-build-using-namespace): a program of two functions
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  checkProfile(text);
  checkTarget(text);
  establishedIn(text);
  return 0;
}
