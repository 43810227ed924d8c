#include "core/probe/local_processes.h"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/playground/loopback.h"
#include "core/playground/subprocess.h"
#include "core/playground/unique_fd.h"
#include "fmt/format.h"
#include "tests/support/eventually.h"
#include "tests/support/silent_server.h"

namespace leasescope {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

int portOf(const SilentServer& server) {
  return std::stoi(server.endpoint().substr(server.endpoint().find(':') + 1));
}

UniqueFd connectedTo(const SilentServer& server) {
  UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_in address = loopbackAddress(static_cast<std::uint16_t>(portOf(server)));
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fd.reset();
  return fd;
}

LocalProcesses found(const std::vector<std::string>& endpoints) {
  auto processes = findLocalProcesses(endpoints);
  if (!processes.ok()) throw std::runtime_error(std::string(processes.status().message()));
  return *std::move(processes);
}

TEST(LocalProcesses, findsThisOneByItsConnections) {
  const SilentServer server;
  const SilentServer other;
  EXPECT_THAT(found({server.endpoint()}).processes, IsEmpty());
  const UniqueFd first = connectedTo(server);
  const UniqueFd second = connectedTo(server);
  const UniqueFd elsewhere = connectedTo(other);
  const LocalProcesses all = found({server.endpoint()});
  ASSERT_EQ(all.processes.size(), 1);
  EXPECT_EQ(all.connectionsOfOthers, 0);
  const LocalProcess& self = all.processes.front();
  EXPECT_EQ(self.pid, ::getpid());
  EXPECT_EQ(self.connections, 2);
  EXPECT_EQ(self.command, "core_tests");
  EXPECT_THAT(self.commandLine, HasSubstr("core_tests"));
  EXPECT_FALSE(self.user.empty());
  EXPECT_GE(self.threads, 1);
  EXPECT_GT(self.residentKb, 1000);
  EXPECT_EQ(found({server.endpoint(), other.endpoint()}).processes.front().connections, 3);
}

TEST(LocalProcesses, takesEveryNameOfThisMachineForTheSame) {
  const SilentServer server;
  const UniqueFd connection = connectedTo(server);
  const int port = portOf(server);
  for (const char* host : {"localhost", "[::1]", "127.0.0.1", "http://127.0.0.1", "https://localhost"}) {
    EXPECT_EQ(found({fmt::format("{}:{}", host, port)}).processes.size(), 1) << host;
  }
  EXPECT_THAT(found({fmt::format("192.0.2.7:{}", port)}).processes, IsEmpty());
}

TEST(LocalProcesses, findsOtherProcessesThatHaveMostConnectionsFirst) {
  const SilentServer server;
  const UniqueFd connection = connectedTo(server);
  SubprocessOptions options;
  options.command = {"bash", "-c",
                     fmt::format("exec 3<>/dev/tcp/127.0.0.1/{0} 4<>/dev/tcp/127.0.0.1/{0}; exec sleep 1000",
                                 portOf(server))};
  const auto sleep = Subprocess::start(options);
  ASSERT_TRUE(sleep.ok()) << sleep.status();
  std::vector<LocalProcess> processes;
  ASSERT_TRUE(eventually([&] {
    processes = found({server.endpoint()}).processes;
    return processes.size() == 2 && processes.front().command == "sleep";
  }));
  EXPECT_EQ(processes[0].pid, (*sleep)->pid());
  EXPECT_EQ(processes[0].command, "sleep");
  EXPECT_THAT(processes[0].commandLine, "sleep 1000");
  EXPECT_EQ(processes[1].pid, ::getpid());
}

TEST(LocalProcesses, countsConnectionsOfProcessesThatItMayNotLookInto) {
  if (::getuid() != 0) GTEST_SKIP() << "only root can become somebody who may not look";
  const SilentServer server;
  const UniqueFd first = connectedTo(server);
  const UniqueFd second = connectedTo(server);
  const pid_t child = ::fork();
  if (child == 0) {
    constexpr uid_t kNobody = 65534;
    // What was inherited is the child's own.
    ::close(first.get());
    ::close(second.get());
    if (::setgid(kNobody) != 0 || ::setuid(kNobody) != 0) ::_exit(100);
    const auto all = findLocalProcesses({server.endpoint()});
    ::_exit(all.ok() && all->processes.empty() ? all->connectionsOfOthers : 101);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 2);
}

TEST(LocalProcesses, saysWhichEndpointsItDoesNotLookFor) {
  const LocalProcesses all = found({"etcd-1.local:2379", "127.0.0.1:1"});
  EXPECT_THAT(all.notLookedFor, ElementsAre("etcd-1.local:2379"));
  EXPECT_THAT(found({}).processes, IsEmpty());
}

TEST(LocalProcesses, refusesWhatIsNoEndpoint) {
  const auto processes = findLocalProcesses({"127.0.0.1:1", "localhost"});
  EXPECT_TRUE(absl::IsInvalidArgument(processes.status())) << processes.status();
  EXPECT_THAT(processes.status().message(), HasSubstr("expected HOST:PORT"));
}

}  // namespace
}  // namespace leasescope
