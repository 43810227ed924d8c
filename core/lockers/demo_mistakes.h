#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace leasescope {

/// What a program that uses etcd's locks can forget, each alone or together with others.
struct DemoMistakes {
  bool sessionNotClosed = true;  // its lease is renewed for ever, by a thread that never ends
  bool lockNotReleased = true;   // its key stays for as long as the lease: closing the session removes both
  bool contextNotCancelled = true;  // the thread of its timer lives on until the time limit is over

  static DemoMistakes all() { return {}; }
  static DemoMistakes none() { return {false, false, false}; }

  /// The lock's key outlives the request: nobody removes it, and its lease is renewed for ever.
  bool lockHeldForEver() const { return sessionNotClosed && lockNotReleased; }

  friend bool operator==(const DemoMistakes&, const DemoMistakes&) = default;
};

/// "session,lock,context", fewer of them in this order, or "none".
std::string demoMistakesText(const DemoMistakes& mistakes);
/// The same back, in any order. Error: InvalidArgument naming the word that is none of these.
absl::StatusOr<DemoMistakes> demoMistakesFrom(std::string_view text);

}  // namespace leasescope
