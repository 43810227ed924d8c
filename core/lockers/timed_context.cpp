#include "core/lockers/timed_context.h"

#include <pthread.h>

#include <condition_variable>
#include <mutex>

namespace leasescope {

TimedContext::TimedContext(absl::Duration limit)
    : timer_([this, limit](const std::stop_token& cancelled) {
        pthread_setname_np(pthread_self(), kContextThreadName);
        std::mutex mutex;
        std::condition_variable_any never;
        std::unique_lock lock(mutex);
        never.wait_for(lock, cancelled, absl::ToChronoMicroseconds(limit), [] { return false; });
        done_.request_stop();
        over_ = true;
      }) {}

TimedContext::~TimedContext() { cancel(); }

void TimedContext::cancel() {
  timer_.request_stop();
  if (timer_.joinable()) timer_.join();
}

}  // namespace leasescope
