#include "core/monitor/recurring.h"

#include <pthread.h>

#include <utility>

namespace leasescope {

Recurring::Recurring(std::string name, Work work, Clock::duration firstRest)
    : name_(std::move(name)), work_(std::move(work)), thread_([this, firstRest] { run(firstRest); }) {}

Recurring::~Recurring() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Recurring::hurry() {
  {
    const std::lock_guard lock(mutex_);
    hurried_ = true;
  }
  wake_.notify_all();
}

void Recurring::run(Clock::duration firstRest) {
  pthread_setname_np(pthread_self(), name_.c_str());
  Clock::time_point due = Clock::now() + firstRest;
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait_until(lock, due, [this] { return stopping_ || hurried_; });
    if (stopping_) return;
    hurried_ = false;
    lock.unlock();
    due = Clock::now() + work_();
    lock.lock();
  }
}

}  // namespace leasescope
