#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "core/playground/subprocess.h"
#include "tests/support/etcdctl.h"
#include "tests/support/tcp_proxy.h"
#include "tests/support/temporary_folder.h"

namespace leasescope {

struct EtcdClusterOptions {
  int members = 3;
  std::vector<std::string> arguments;  // of every member, after our own
  std::string clientScheme = "http";   // "https": `arguments` name the certificates
  bool partable = false;               // members reach each other through proxies, see part()
};

/// Real etcd servers that form one cluster on free ports of loopback. Each can be killed, paused and started
/// again on the same ports and data. Not thread-safe; throws std::runtime_error when a server can't be
/// started.
class EtcdCluster {
 public:
  explicit EtcdCluster(EtcdClusterOptions options = {});
  ~EtcdCluster();
  EtcdCluster(const EtcdCluster&) = delete;
  EtcdCluster& operator=(const EtcdCluster&) = delete;

  int size() const { return static_cast<int>(members_.size()); }
  /// "127.0.0.1:PORT" of a member's clients.
  std::string endpoint(int member = 0) const;
  std::vector<std::string> endpoints() const;
  Etcdctl etcdctl(int member = 0) const { return Etcdctl(endpoint(member)); }

  /// SIGKILL.
  void kill(int member);
  /// SIGSTOP and SIGCONT: it hangs without closing a connection.
  void pause(int member);
  void resume(int member);
  /// No member hears of another any more, although clients reach all of them; needs `partable`.
  void part();
  /// Undoes part(), if need be.
  void join();
  /// Starts a killed member again, on its data as they are now.
  void restart(int member);
  bool running(int member) const;
  bool paused(int member) const { return members_[static_cast<std::size_t>(member)].paused; }

  /// Adds a member that does not vote, and starts it. Returns its number.
  int addLearner();

  /// The member that all reachable ones call leader; -1: none.
  int leader() const;
  void moveLeader(int to);
  /// A member answers that it has a leader and can serve.
  bool waitUntilServing(int member, absl::Duration patience = absl::Seconds(20)) const;

  std::string dataFolder(int member) const;

 private:
  struct Member {
    std::string name;
    std::uint16_t clientPort = 0;
    std::uint16_t peerPort = 0;
    std::unique_ptr<TcpProxy> peers;  // leads to the port
    std::unique_ptr<Subprocess> process;
    bool paused = false;
  };
  void addMember(int number);
  void start(Member& member, const std::string& state);
  std::string initialCluster() const;
  std::string clientUrl(const Member& member) const;
  static std::string peerUrl(const Member& member);

  const EtcdClusterOptions options_;
  const TemporaryFolder folder_;
  std::string binary_;
  std::vector<std::string> everyMembersFlags_;
  std::vector<Member> members_;
  bool parted_ = false;
};

}  // namespace leasescope
