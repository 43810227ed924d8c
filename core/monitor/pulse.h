#pragma once

#include <chrono>

#include "absl/time/time.h"
#include "core/picture/moment.h"

namespace leasescope {

/// Whether the member on the other side is alive. A connection that is half open tells nothing by itself, so
/// after a silence something is asked, the probe. No clock and no I/O of its own.
class Pulse {
 public:
  static constexpr std::chrono::seconds kProbeAfter{2};

  /// Silence for longer than `patience` means that what is known may be old.
  explicit Pulse(absl::Duration patience) : patience_(absl::ToChronoNanoseconds(patience)) {}

  void heard(const Moment& now) { lastHeard_ = now; }
  const Moment& lastHeard() const { return lastHeard_; }
  bool silent(SteadyTime now) const { return now - lastHeard_.steady > patience_; }

  bool probeDue(SteadyTime now) const {
    return !probing_ && now - lastHeard_.steady > kProbeAfter && now - lastProbe_ > kProbeAfter;
  }
  void probeBegins(SteadyTime now) {
    probing_ = true;
    lastProbe_ = now;
  }
  /// Answered or given up.
  void probeEnds() { probing_ = false; }
  bool probing() const { return probing_; }

 private:
  const SteadyTime::duration patience_;
  Moment lastHeard_;
  SteadyTime lastProbe_;
  bool probing_ = false;
};

}  // namespace leasescope
