#include "core/monitor/job_queue.h"

#include <utility>

namespace leasescope {

void JobQueue::post(Job job) {
  // Told under the lock: whoever takes the last job may be the one who destroys this.
  const std::lock_guard lock(mutex_);
  jobs_.push_back(std::move(job));
  wake_.notify_all();
}

void JobQueue::stop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  wake_.notify_all();
}

bool JobQueue::stopping() const {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void JobQueue::waitUntil(SteadyTime end) {
  std::unique_lock lock(mutex_);
  wake_.wait_until(lock, end, [this] { return stopping_ || !jobs_.empty(); });
}

void JobQueue::waitForJob() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return !jobs_.empty(); });
}

void JobQueue::run() {
  std::vector<Job> jobs;
  {
    const std::lock_guard lock(mutex_);
    jobs = std::exchange(jobs_, {});
  }
  for (const Job& job : jobs) job();
}

}  // namespace leasescope
