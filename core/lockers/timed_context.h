#pragma once

#include <atomic>
#include <stop_token>
#include <thread>

#include "absl/time/time.h"

namespace leasescope {

/// A time limit for what one request does: Go's context.WithTimeout.
///
/// Its timer is a thread that sleeps until the time is over or cancel() comes. Who never cancels leaves that
/// thread behind for the rest of the time, however soon the request was done. Thread-safe but for
/// destruction.
class TimedContext {
 public:
  explicit TimedContext(absl::Duration limit);
  /// Cancels.
  ~TimedContext();
  TimedContext(const TimedContext&) = delete;
  TimedContext& operator=(const TimedContext&) = delete;

  /// Stop is requested once the time is over or the context is cancelled.
  std::stop_token done() const { return done_.get_token(); }
  /// Ends the timer's thread; returns when it has.
  void cancel();
  /// The timer's thread has nothing more to do.
  bool over() const { return over_.load(); }

 private:
  std::stop_source done_;
  std::atomic<bool> over_ = false;
  std::jthread timer_;
};

/// What the timers' threads are called, so that they can be counted from outside.
inline constexpr char kContextThreadName[] = "context-timer";

}  // namespace leasescope
