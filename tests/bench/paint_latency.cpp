#include <chrono>
#include <random>
#include <stdexcept>

#include <QApplication>
#include <QElapsedTimer>
#include <QEvent>
#include <benchmark/benchmark.h>

#include "core/etcd/mutex.h"
#include "core/playground/playground.h"
#include "fmt/format.h"
#include "ui/bridge/cluster_link.h"
#include "ui/main_window.h"
#include "ui/views/locks_page.h"
#include "ui/views/table_view.h"

namespace leasescope::ui {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kPatienceMs = 60'000;
constexpr char kLock[] = "/0-first-row";

/// Notes that the table was painted.
class PaintWitness : public QObject {
 public:
  bool painted = false;
  bool eventFilter(QObject*, QEvent* event) override {
    painted = painted || event->type() == QEvent::Paint;
    return false;
  }
};

/// A real etcd with so many locks in it, and the real window on it.
class Stage {
 public:
  explicit Stage(std::int64_t locks) {
    auto server = Playground::start();
    if (!server.ok()) throw std::runtime_error(std::string(server.status().message()));
    server_ = *std::move(server);
    client_ = *etcd::Client::create({.endpoints = {server_->endpoint()}});
    keepAlive_ = std::make_shared<etcd::KeepAlive>(client_);
    session_ = *etcd::Session::open(client_, keepAlive_, absl::Seconds(60));
    fill(locks);
    window_.locksPage()->table()->viewport()->installEventFilter(&witness_);
    window_.resize(1360, 860);
    window_.show();
    link_.connectTo({.endpoints = {server_->endpoint()}}, {});
    window_.showPage(MainWindow::Locks);
    waitFor([&] { return rows() == locks; });
  }

  /// From before the lock is asked for until its row has been painted.
  double lockToPaintSeconds() {
    etcd::Mutex mutex(*session_, kLock);
    const auto before = rows();
    witness_.painted = false;
    const Clock::time_point start = Clock::now();
    if (!mutex.tryLock().value_or(false)) throw std::runtime_error("the lock was not to be had");
    waitFor([&] {
      if (rows() == before) witness_.painted = false;  // that was not yet the row
      return witness_.painted && rows() == before + 1;
    });
    const std::chrono::duration<double> took = Clock::now() - start;
    if (!mutex.unlock().ok()) throw std::runtime_error("the lock could not be released");
    waitFor([&] { return rows() == before; });
    rest();
    return took.count();
  }

 private:
  std::int64_t rows() const { return window_.locksPage()->table()->model()->rowCount(); }

  /// All on one lease, which is not the one that is measured.
  void fill(std::int64_t locks) const {
    const LeaseId lease = client_->grantLease(absl::Hours(1))->id;
    etcd::Transaction puts;
    for (std::int64_t i = 0; i < locks; ++i) {
      const std::string key = fmt::format("/lock/{:07}/{}", i, etcd::leaseHex(lease));
      puts.then.emplace_back(etcd::PutOp{.key = key, .lease = lease});
      if (puts.then.size() < 100 && i + 1 < locks) continue;
      if (!client_->transact(puts).ok()) throw std::runtime_error("could not fill the cluster");
      puts.then.clear();
    }
  }

  /// So that each measurement meets the coalescing at another moment.
  void rest() {
    QElapsedTimer timer;
    timer.start();
    const int pause = std::uniform_int_distribution(20, 120)(random_);
    while (timer.elapsed() < pause) QApplication::processEvents(QEventLoop::AllEvents, 5);
  }

  template <class Condition>
  void waitFor(Condition condition) {
    QElapsedTimer timer;
    timer.start();
    while (!condition()) {
      if (timer.elapsed() > kPatienceMs) throw std::runtime_error("the window did not follow");
      QApplication::processEvents(QEventLoop::WaitForMoreEvents | QEventLoop::AllEvents);
    }
  }

  std::unique_ptr<Playground> server_;
  std::shared_ptr<etcd::Client> client_;
  std::shared_ptr<etcd::KeepAlive> keepAlive_;
  std::unique_ptr<etcd::Session> session_;
  ClusterLink link_;
  PaintWitness witness_;
  MainWindow window_{&link_};
  std::minstd_rand random_{1};
};

void lockToPaintedRow(benchmark::State& state) {
  static std::unique_ptr<Stage> stage;
  static std::int64_t locks = -1;
  if (locks == -1) qAddPostRoutine([] { stage.reset(); });  // no window outlives the application
  if (!stage || locks != state.range(0)) {
    stage.reset();
    locks = state.range(0);
    stage = std::make_unique<Stage>(locks);
  }
  for (auto _ : state) state.SetIterationTime(stage->lockToPaintSeconds());
}

BENCHMARK(lockToPaintedRow)
    ->ArgName("locks")
    ->Arg(0)
    ->Arg(10'000)
    ->Arg(100'000)
    ->Iterations(1)
    ->Repetitions(50)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond)
    ->DisplayAggregatesOnly();

}  // namespace
}  // namespace leasescope::ui
