#pragma once

#include <optional>

#include <QString>

#include "core/picture/moment.h"
#include "ui/bridge/service_probes.h"

namespace leasescope::ui {

/// A Go program whose goroutines are shown: a service that is asked again and again, or a saved profile.
struct GoService {
  enum class Kind { Asked, Saved };
  enum class State {
    Pending,  // no answer yet
    Fresh,
    Stale,   // did not answer last time, or not for a while: the numbers are older
    Silent,  // never answered
    Saved,   // the numbers are what they were when it was saved
  };
  /// Longer than a rest and the longest answer: something is wrong.
  static constexpr absl::Duration kFreshFor = absl::Seconds(20);

  int id = 0;
  Kind kind = Kind::Asked;
  QString name;     // short: an address or a file's name
  QString address;  // the whole URL or path; empty for what was pasted
  std::optional<SeenGoroutines> seen;
  Moment seenAt;    // of the last good answer, or when it was read
  QString problem;  // why the last question had no good answer; empty if it had

  void take(const ServiceAnswer& answer);
  State state(const Moment& now) const;
};

}  // namespace leasescope::ui
