#pragma once

#include <functional>
#include <memory>

#include <QObject>

namespace leasescope::ui {

/// Runs what blocks (network, files, processes) on a thread of its own, one job after the other, and brings
/// the result back to the window's thread. Jobs that have not begun are dropped on destruction, which waits
/// for the one that runs.
class Background {
 public:
  Background();
  ~Background();
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  /// `work` runs on the background thread and returns a value; `done(value)` runs on the thread of `context`
  /// unless that is destroyed before.
  template <class Work, class Done>
  void run(QObject* context, Work work, Done done) {
    post(context, [work = std::move(work), done = std::move(done)]() mutable {
      auto result = std::make_shared<decltype(work())>(work());
      return std::function<void()>([result, done = std::move(done)]() mutable { done(std::move(*result)); });
    });
  }

 private:
  class Thread;
  void post(QObject* context, std::function<std::function<void()>()> job);
  std::unique_ptr<Thread> thread_;
};

}  // namespace leasescope::ui
