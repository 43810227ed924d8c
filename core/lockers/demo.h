#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/lockers/demo_task.h"
#include "core/picture/moment.h"

namespace leasescope {

/// The program that makes mistakes, or its fixed twin.
enum class DemoProgram { Leaky, Fixed };
/// The lock that it takes for each request.
std::string_view demoLock(DemoProgram program);
/// Who its sessions say they are.
inline constexpr std::string_view kDemoService = "leak-demo";

struct DemoOptions {
  std::string endpoint;  // "host:port" of the playground
  std::string console;   // the leasescopectl to run; empty: the one beside this program
  DemoTask task;         // the rate is for both programs, the mistakes are for the leaky one
  absl::Duration lockTimeout = absl::Seconds(5);
  absl::Duration work = absl::Milliseconds(20);
  absl::Duration sessionTtl = absl::Seconds(60);  // what Go's NewSession asks for
};

/// What is seen of one of the two programs at one moment.
struct DemoSample {
  absl::Duration at;          // since the start
  std::int64_t requests = 0;  // that came in
  std::int64_t served = 0;    // that got the lock
  std::int64_t gaveUp = 0;    // that ran into their time limit
  std::int64_t leases = 0;    // of this program's that etcd still knows
  std::int64_t keys = 0;      // below its lock in etcd
  std::int64_t threads = 0;   // keep-alive threads, counted by the operating system
  std::int64_t timers = 0;    // threads of contexts that are neither cancelled nor over, counted likewise
  absl::Duration heldFor;     // at least so long the lock has had the same holder; 0 when it has none
  std::int64_t residentKb = 0;

  /// The keys behind the holder's.
  std::int64_t waiters() const { return keys > 0 ? keys - 1 : 0; }
};

struct DemoSide {
  DemoProgram program = DemoProgram::Leaky;
  std::string lock;
  DemoMistakes mistakes;            // that the next request makes
  absl::Duration lockTimeout;       // of each request
  bool everNotClosed = false;       // sessions, at any time since the start
  int processId = 0;                // 0: not running
  std::vector<DemoSample> samples;  // oldest first; bounded
  DemoSample now() const { return samples.empty() ? DemoSample() : samples.back(); }
};

struct DemoState {
  DemoSide leaky;
  DemoSide fixed;
  Moment start;                  // of the samples' clock
  double requestsPerSecond = 0;  // to each of the two
  bool underLoad = false;
  std::string problem;  // set: one of the programs or the server ended, and why
};

/// The same load on two programs, each a process of its own so that threads and memory can be told apart:
/// one makes mistakes, the other none. Thread-safe.
class Demo {
 public:
  /// Starts both programs and the load. Blocks for a moment.
  static absl::StatusOr<std::unique_ptr<Demo>> start(DemoOptions options);
  /// Ends both programs and revokes what they left behind.
  ~Demo();
  Demo(const Demo&) = delete;
  Demo& operator=(const Demo&) = delete;

  /// For the requests that come in from now on; what has leaked stays. Returns at once. Error: a program has
  /// ended or does not read.
  absl::Status change(const DemoTask& task);
  /// No more requests; what has leaked stays and is renewed on.
  void stopLoad();
  /// After stopLoad: all requests under way have ended.
  bool settled() const;
  /// A copy of what was sampled so far; twice a second or so there is news. Never waits for the network.
  DemoState state() const;

  class Runner;

 private:
  explicit Demo(std::unique_ptr<Runner> runner);
  std::unique_ptr<Runner> runner_;
};

}  // namespace leasescope
