#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <vector>

#include "core/picture/moment.h"

namespace leasescope {

/// Jobs that any thread hands to one that runs them.
class JobQueue {
 public:
  using Job = std::function<void()>;

  // Any thread.
  void post(Job job);
  /// The thread is to end: wakes it, and refuses no jobs.
  void stop();

  // The thread that runs the jobs.
  bool stopping() const;
  /// Until there is a job or the thread is to end, but not longer than until then.
  void waitUntil(SteadyTime end);
  /// Until there is a job.
  void waitForJob();
  /// All that were posted until now, in their order.
  void run();

 private:
  mutable std::mutex mutex_;  // guards the two below
  std::vector<Job> jobs_;
  bool stopping_ = false;
  std::condition_variable wake_;
};

}  // namespace leasescope
