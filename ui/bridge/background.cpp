#include "ui/bridge/background.h"

#include <pthread.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include <QPointer>
#include <QThread>

namespace leasescope::ui {

class Background::Thread {
 public:
  Thread() : thread_([this] { work(); }) {}

  ~Thread() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }

  void post(QObject* context, std::function<std::function<void()>()> job) {
    Q_ASSERT(QThread::currentThread() == window_.thread());
    Q_ASSERT(context->thread() == window_.thread());
    {
      const std::lock_guard lock(mutex_);
      jobs_.push_back({context, std::move(job)});
    }
    wake_.notify_one();
  }

 private:
  struct Job {
    QPointer<QObject> context;  // looked at on the window's thread only
    std::function<std::function<void()>()> work;
  };

  std::optional<Job> next() {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return ending_ || !jobs_.empty(); });
    if (ending_) return std::nullopt;
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    return job;
  }

  void work() {
    pthread_setname_np(pthread_self(), "ls-background");
    while (std::optional<Job> job = next()) {
      std::function<void()> done = job->work();
      job->work = nullptr;
      QMetaObject::invokeMethod(
          &window_,
          [context = std::move(job->context), done = std::move(done)] {
            if (context) done();
          },
          Qt::QueuedConnection);
    }
  }

  QObject window_;  // results come back on the thread of this one

  std::mutex mutex_;  // guards the two below
  std::deque<Job> jobs_;
  bool ending_ = false;
  std::condition_variable wake_;
  std::thread thread_;
};

Background::Background() : thread_(std::make_unique<Thread>()) {}

Background::~Background() = default;

void Background::post(QObject* context, std::function<std::function<void()>()> job) {
  thread_->post(context, std::move(job));
}

}  // namespace leasescope::ui
