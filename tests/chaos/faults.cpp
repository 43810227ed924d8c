#include "tests/chaos/faults.h"

#include "tests/support/eventually.h"

namespace leasescope {

std::string_view faultName(Fault fault) {
  switch (fault) {
    case Fault::KillMember:
      return "kill a member";
    case Fault::PauseMember:
      return "pause a member";
    case Fault::PauseTwo:
      return "pause two members";
    case Fault::PartMembers:
      return "part the members";
    case Fault::CutConnections:
      return "cut connections";
    case Fault::BlackHole:
      return "black-hole one member";
    case Fault::BlackHoleAll:
      return "black-hole all members";
    case Fault::DelayAnswers:
      return "delay";
    case Fault::HoldAnswers:
      return "hold answers";
    case Fault::HalfClose:
      return "half-close";
    case Fault::RefuseConnections:
      return "refuse connections";
    case Fault::MoveLeader:
      return "move the leader";
    case Fault::CompactAway:
      return "compact what was not seen";
    case Fault::RestoreOlder:
      return "restore an older state";
    case Fault::AuthOnAndOff:
      return "authentication on and off";
  }
  return "";
}

void Faults::forEachProxy(void (TcpProxy::*breakIt)()) {
  for (const auto& proxy : proxies_) (*proxy.*breakIt)();
}

/// CompactAway and RestoreOlder take more than breaking something: whoever runs the rounds does the rest.
void Faults::inflict(Fault fault) {
  switch (fault) {
    case Fault::KillMember:
      return cluster_.kill(anyMember());
    case Fault::PauseMember:
      return cluster_.pause(anyMember());
    case Fault::PauseTwo:
      cluster_.pause(0);
      return cluster_.pause(2);
    case Fault::PartMembers:
      return cluster_.part();
    case Fault::CutConnections:
      return forEachProxy(&TcpProxy::cut);
    case Fault::BlackHole:
      return anyProxy().blackHole();
    case Fault::BlackHoleAll:
      return forEachProxy(&TcpProxy::blackHole);
    case Fault::DelayAnswers:
      for (const auto& proxy : proxies_) proxy->delay(std::chrono::milliseconds(100));
      return;
    case Fault::HoldAnswers:
      return anyProxy().holdAnswers();
    case Fault::HalfClose:
      return forEachProxy(&TcpProxy::halfClose);
    case Fault::RefuseConnections:
    case Fault::CompactAway:
      return forEachProxy(&TcpProxy::refuse);
    case Fault::MoveLeader:
      if (const int from = cluster_.leader(); from >= 0) cluster_.moveLeader((from + 1) % cluster_.size());
      return;
    case Fault::AuthOnAndOff:
      return setAuth(true);
    case Fault::RestoreOlder:
      return;
  }
}

void Faults::heal() {
  for (int i = 0; i < cluster_.size(); ++i) {
    if (cluster_.paused(i)) cluster_.resume(i);
    if (!cluster_.running(i)) cluster_.restart(i);
  }
  cluster_.join();
  forEachProxy(&TcpProxy::pass);
  for (int i = 0; i < cluster_.size(); ++i) cluster_.waitUntilServing(i);
  if (authOn_) setAuth(false);
}

void Faults::setAuth(bool on) {
  const Etcdctl etcdctl = cluster_.etcdctl();
  const auto run = [&](std::vector<std::string> command) { return etcdctl.run(std::move(command)).ok(); };
  if (on) {
    run({"user", "add", "root:secret"});  // is there already the second time
    run({"user", "grant-role", "root", "root"});
    authOn_ = eventually([&] { return run({"auth", "enable"}); });
  } else {
    authOn_ = !eventually([&] { return run({"--user", "root:secret", "auth", "disable"}); });
  }
}

}  // namespace leasescope
