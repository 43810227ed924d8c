#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace leasescope {

/// What a test locker does.
enum class Behaviour {
  WellBehaved,   // session, lock, work, unlock, close; again and again
  LeakSession,   // as above once, but never closes: the lease is renewed for ever
  NeverUnlocks,  // holds for ever and keeps renewing
  Crash,         // stops renewing without a word while it holds
  GivesUp,       // times out while waiting, again and again
  Deadlock,      // two lockers, two locks, opposite order
};

inline constexpr std::array kBehaviours = {Behaviour::WellBehaved,  Behaviour::LeakSession,
                                           Behaviour::NeverUnlocks, Behaviour::Crash,
                                           Behaviour::GivesUp,      Behaviour::Deadlock};

/// "well-behaved", "leak-session", …: what the console calls them.
std::string_view behaviourName(Behaviour behaviour);
std::optional<Behaviour> behaviourNamed(std::string_view name);

}  // namespace leasescope
