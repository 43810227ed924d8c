#pragma once

#include <functional>
#include <optional>

#include "core/picture/moment.h"

namespace leasescope::ui {

/// What time it is in the window. It stands still while the view is frozen or what is shown is stale, so that
/// no TTL is counted down on the strength of an old answer.
class ViewClock {
 public:
  using Source = std::function<Moment()>;
  explicit ViewClock(Source source = &Moment::now) : source_(std::move(source)) {}

  Moment now() const { return stopped_ ? *stopped_ : source_(); }
  /// Also while it stands still.
  Moment real() const { return source_(); }
  bool runs() const { return !stopped_; }
  void stopAt(const Moment& moment) { stopped_ = moment; }
  void stop() { stopAt(now()); }
  void run() { stopped_.reset(); }

 private:
  Source source_;
  std::optional<Moment> stopped_;
};

}  // namespace leasescope::ui
