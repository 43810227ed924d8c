#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace leasescope {

/// Does something again and again on a thread of its own, so that a slow answer delays nothing else.
class Recurring {
 public:
  using Clock = std::chrono::steady_clock;
  /// Returns how long to rest until the next time.
  using Work = std::function<Clock::duration()>;

  /// Begins at once, or after `firstRest`. `name` is the thread's.
  Recurring(std::string name, Work work, Clock::duration firstRest = {});
  /// Waits for the work under way.
  ~Recurring();
  Recurring(const Recurring&) = delete;
  Recurring& operator=(const Recurring&) = delete;

  /// Does it now instead of when it is due. Any thread.
  void hurry();

 private:
  void run(Clock::duration firstRest);

  const std::string name_;
  const Work work_;
  std::mutex mutex_;  // guards the two below
  bool stopping_ = false;
  bool hurried_ = false;
  std::condition_variable wake_;
  std::thread thread_;
};

}  // namespace leasescope
