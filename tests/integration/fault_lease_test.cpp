#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "core/actions/actions.h"
#include "core/etcd/mutex.h"
#include "core/monitor/lease_survey.h"
#include "tests/support/etcd_cluster.h"
#include "tests/support/etcd_test.h"
#include "tests/support/eventually.h"
#include "tests/support/faulty_etcd.h"
#include "tests/support/jumping_clock.h"
#include "tests/support/temporary_folder.h"

namespace leasescope {
namespace {

namespace pb = etcdserverpb;
using Kind = ActionOutcome::Kind;

/// What can be wrong with leases, and with acting on them, by the numbers of the fault catalogue.
class LeaseFaultTest : public EtcdTest {
 protected:
  LeaseId grant() const { return client()->grantLease(absl::Seconds(60))->id; }
  std::string contend(const std::string& lock, LeaseId lease) const {
    std::string key = lock + "/" + etcd::leaseHex(lease);
    EXPECT_TRUE(client()->put({.key = key, .lease = lease}).ok());
    return key;
  }
  std::shared_ptr<etcd::Client> through(const FaultyEtcd& faulty,
                                        absl::Duration timeout = absl::Seconds(5)) const {
    return *etcd::Client::create({.endpoints = {faulty.endpoint()}, .commandTimeout = timeout});
  }
  Actions actionsOf(std::shared_ptr<etcd::Client> of, Actions::OnRemoval onRemoval = {}) const {
    return {std::move(of), "", AuditLog(folder_.file("audit.jsonl")), std::move(onRemoval)};
  }

 private:
  TemporaryFolder folder_;
};

TEST_F(LeaseFaultTest, F16_ALeaseThatIsListedButNotFoundIsNotShown) {
  constexpr LeaseId kPhantom = 0x1234567890abc;
  FaultyEtcd faulty(endpoint());
  std::atomic<int> asked = 0;
  faulty.use({.timeToLive =
                  [&](const pb::LeaseTimeToLiveRequest& request, pb::LeaseTimeToLiveResponse&) {
                    if (request.id() == kPhantom) ++asked;
                    return grpc::Status::OK;
                  },
              .leases =
                  [](const pb::LeaseLeasesRequest&, pb::LeaseLeasesResponse& response) {
                    response.add_leases()->set_id(kPhantom);
                    return grpc::Status::OK;
                  }});
  ClusterWitness seen(faulty.endpoint());
  ASSERT_TRUE(seen.waitUntilLive());
  const LeaseId real = grant();
  ASSERT_TRUE(eventually([&] { return asked > 0 && seen.lease(real) != nullptr; }));
  ASSERT_TRUE(eventually([&] { return seen.lease(kPhantom) == nullptr; }));
  for (int look = 0; look < 30; ++look) {  // it is listed again every second
    ASSERT_EQ(seen.lease(kPhantom), nullptr) << look;
    absl::SleepFor(absl::Milliseconds(100));
  }
}

TEST_F(LeaseFaultTest, F16_WhatAMemberListsThatIsNotInUseIsAskedOfTheLeader) {
  FaultyEtcd haunted(endpoint());
  haunted.use({.leases = [](const pb::LeaseLeasesRequest&, pb::LeaseLeasesResponse& response) {
    response.add_leases()->set_id(0x1234567890abc);
    return grpc::Status::OK;
  }});
  grant();
  const etcd::ConnectionOptions both{.endpoints = {endpoint(), haunted.endpoint()}};
  ClusterWitness usual(both);
  ClusterWitness seen(both, {.compareEvery = absl::Milliseconds(500)});
  const std::vector<std::string> ghosts = {"ghost-lease of member " + haunted.endpoint()};
  ASSERT_TRUE(eventually([&] { return seen.findings() == ghosts; }));
  EXPECT_TRUE(eventually([&] { return usual.findings() == ghosts; }))
      << "a check of some seconds finds it, too";
  EXPECT_EQ(seen.health().endpoint, endpoint()) << "the member in use lists no ghosts";
  haunted.use({});
  EXPECT_TRUE(eventually([&] { return seen.findings().empty(); }));
}

TEST_F(LeaseFaultTest, F17_MembersThatDisagreeAreNamedWithTheirDifference) {
  const LeaseId lost = grant();
  FaultyEtcd forgetful(endpoint());
  forgetful.use({.leases = [&](const pb::LeaseLeasesRequest&, pb::LeaseLeasesResponse& response) {
    response.clear_leases();
    return grpc::Status::OK;
  }});
  const auto both = *etcd::Client::create({.endpoints = {endpoint(), forgetful.endpoint()}});
  LeaseSurvey survey;
  EXPECT_TRUE(survey.ask(*both).empty()) << "once may be a member that lags behind";
  EXPECT_TRUE(survey.wantsSecondLook());
  const std::vector<LeaseDifference> expected = {{.endpoint = forgetful.endpoint(), .lacking = {lost}}};
  EXPECT_EQ(survey.ask(*both), expected);
  EXPECT_FALSE(survey.wantsSecondLook());
  forgetful.use({});
  EXPECT_TRUE(survey.ask(*both).empty());
}

TEST_F(LeaseFaultTest, F17_OnlyWhatDiffersTwiceInARowCounts) {
  std::atomic<LeaseId> listed = 0x1a;
  FaultyEtcd busy(endpoint());
  busy.use({.leases = [&](const pb::LeaseLeasesRequest&, pb::LeaseLeasesResponse& response) {
    response.add_leases()->set_id(listed++);  // another one each time
    return grpc::Status::OK;
  }});
  const auto both = *etcd::Client::create({.endpoints = {endpoint(), busy.endpoint()}});
  LeaseSurvey survey;
  for (int round = 0; round < 4; ++round) {
    EXPECT_TRUE(survey.ask(*both).empty()) << round;
    EXPECT_EQ(survey.wantsSecondLook(), round % 2 == 0) << "not soon again and again";
  }
}

TEST_F(LeaseFaultTest, F17_TheLeaderIsAskedAboutABoundedNumberOfLeases) {
  std::atomic<int> asked = 0;
  FaultyEtcd counting(endpoint());
  counting.use({.timeToLive = [&](const pb::LeaseTimeToLiveRequest&, pb::LeaseTimeToLiveResponse&) {
    ++asked;
    return grpc::Status::OK;
  }});
  FaultyEtcd haunted(endpoint());
  haunted.use({.leases = [](const pb::LeaseLeasesRequest&, pb::LeaseLeasesResponse& response) {
    for (LeaseId id = 1; id <= 1'000; ++id) response.add_leases()->set_id(id);
    return grpc::Status::OK;
  }});
  const auto both = *etcd::Client::create({.endpoints = {counting.endpoint(), haunted.endpoint()}});
  LeaseSurvey survey;
  survey.ask(*both);
  EXPECT_EQ(asked, 0) << "nothing has differed twice";
  const std::vector<LeaseDifference> differences = survey.ask(*both);
  EXPECT_EQ(asked, 100);
  ASSERT_EQ(differences.size(), 1U);
  EXPECT_EQ(differences[0].ghosts.size(), 100U);
  EXPECT_TRUE(differences[0].atLeast);
}

TEST_F(LeaseFaultTest, F18_TheTtlOfADemotedLeaderIsUnknown) {
  const LeaseId lease = grant();
  FaultyEtcd faulty(endpoint());
  std::atomic<int> asked = 0;
  faulty.use({.timeToLive = [&](const pb::LeaseTimeToLiveRequest&, pb::LeaseTimeToLiveResponse& response) {
    response.set_ttl(9'223'372'036);
    ++asked;
    return grpc::Status::OK;
  }});
  ClusterWitness seen(faulty.endpoint());
  ASSERT_TRUE(eventually([&] { return asked > 3 && seen.lease(lease) != nullptr; }));
  EXPECT_EQ(seen.lease(lease)->state(Moment::now()), LeaseState::Unknown);
  EXPECT_FALSE(seen.lease(lease)->remaining(Moment::now()).has_value());
}

TEST_F(LeaseFaultTest, F19_ATtlThatIsOverIsNeitherZeroNorFree) {
  const LeaseId lease = grant();
  const std::string key = contend("/jobs/a", lease);
  FaultyEtcd faulty(endpoint());
  faulty.use(
      {.timeToLive = [&](const pb::LeaseTimeToLiveRequest& request, pb::LeaseTimeToLiveResponse& response) {
        if (request.id() == lease) response.set_ttl(-3);
        return grpc::Status::OK;
      }});
  ClusterWitness seen(faulty.endpoint());
  ASSERT_TRUE(eventually([&] {
    return seen.lease(lease) != nullptr && seen.lease(lease)->state(Moment::now()) == LeaseState::Expired;
  }));
  EXPECT_LT(*seen.lease(lease)->remaining(Moment::now()), absl::Seconds(-2));
  ASSERT_NE(seen.lock("/jobs/a"), nullptr);
  EXPECT_EQ(seen.lock("/jobs/a")->holder()->key, key) << "not free until etcd has removed it";
}

/// Servers of etcd 3.3 forget leases with negative ids when they start (etcd#12535). One that did and leads
/// then does not know what the others list.
TEST(LeaseOfSeveralMembersTest, F16_LeasesThatTheLeaderForgotAreGhostsOfTheOthers) {
  constexpr LeaseId kNegative = -5;
  EtcdCluster cluster;
  const int forgetful = (cluster.leader() + 1) % cluster.size();
  const auto client = *etcd::Client::create({.endpoints = cluster.endpoints()});
  ASSERT_TRUE(client->grantLease(absl::Seconds(600), kNegative).ok());
  ASSERT_TRUE(client->put({.key = "/after"}).ok());  // so that the grant is not replayed
  const auto listed = [&](int member) {
    const auto leases = client->leasesOf(static_cast<std::size_t>(member));
    return leases.ok() && std::ranges::find(*leases, kNegative) != leases->end();
  };
  ASSERT_TRUE(eventually([&] { return listed(0) && listed(1) && listed(2); }));
  absl::SleepFor(absl::Seconds(1));  // until it is on disk
  cluster.kill(forgetful);
  cluster.restart(forgetful);
  ASSERT_TRUE(cluster.waitUntilServing(forgetful));
  cluster.moveLeader(forgetful);
  ClusterWitness seen(etcd::ConnectionOptions{.endpoints = cluster.endpoints()},
                      {.compareEvery = absl::Milliseconds(500)});
  ASSERT_TRUE(seen.waitUntilLive());
  std::vector<std::string> expected;
  for (int member = 0; member < cluster.size() && !listed(forgetful); ++member) {
    if (member != forgetful) expected.push_back("ghost-lease of member " + cluster.endpoint(member));
  }
  std::ranges::sort(expected);
  EXPECT_EQ(expected.empty(), testedVersion() >= (etcd::ServerVersion{3, 4, 0}));
  EXPECT_TRUE(eventually([&] { return seen.findings() == expected; }));
  absl::SleepFor(absl::Seconds(3));
  EXPECT_EQ(seen.findings(), expected);
}

TEST(LeaseOfSeveralMembersTest, F20_TheJumpAtAChangeOfLeaderIsMarkedAndNoRenewal) {
  EtcdCluster cluster;
  ClusterWitness seen(etcd::ConnectionOptions{.endpoints = cluster.endpoints()});
  ASSERT_TRUE(seen.waitUntilLive());
  const auto client = *etcd::Client::create({.endpoints = cluster.endpoints()});
  const LeaseId lease = client->grantLease(absl::Seconds(60))->id;
  seen.monitor().lookAt({lease}, {});
  ASSERT_TRUE(eventually([&] { return seen.history(lease) != nullptr && seen.history(lease)->size() > 3; }));
  absl::SleepFor(absl::Seconds(3));
  cluster.moveLeader((cluster.leader() + 1) % cluster.size());
  const auto marked = [&] {
    const TtlHistory history = seen.history(lease);
    return history != nullptr && std::ranges::any_of(*history, &TtlPoint::leaderChange);
  };
  EXPECT_TRUE(eventually(marked));
  EXPECT_EQ(seen.lease(lease)->renewals, 0);
  EXPECT_TRUE(eventually([&] { return seen.noticed("leads now instead of"); }));
}

TEST_F(LeaseFaultTest, F21_ARevokeWithoutAnAnswerIsLookedAtAgain) {
  const LeaseId lease = grant();
  FaultyEtcd faulty(endpoint());
  faulty.use({.revoke = [](const pb::LeaseRevokeRequest&, pb::LeaseRevokeResponse&) {
    std::this_thread::sleep_for(std::chrono::seconds(1));  // etcd has done it; the answer comes too late
    return grpc::Status::OK;
  }});
  const Actions actions = actionsOf(through(faulty, absl::Milliseconds(500)));
  const auto preview = actions.previewRevoke(lease);
  ASSERT_TRUE(preview.ok());
  const ActionOutcome outcome = actions.revoke(*preview);
  EXPECT_EQ(outcome.kind, Kind::Gone);
  EXPECT_EQ(outcome.message, "no answer to the revoke, but lease " + etcd::leaseHex(lease) + " is gone now");
}

TEST_F(LeaseFaultTest, F21_AnOutcomeThatCantBeFoundOutIsUnknownNotFailed) {
  const LeaseId lease = grant();
  FaultyEtcd faulty(endpoint());
  const Actions actions = actionsOf(through(faulty, absl::Milliseconds(500)));
  const auto preview = actions.previewRevoke(lease);
  ASSERT_TRUE(preview.ok());
  std::atomic<bool> sent = false;
  faulty.use({.revoke =
                  [&](const pb::LeaseRevokeRequest&, pb::LeaseRevokeResponse&) {
                    sent = true;
                    return grpc::Status(grpc::StatusCode::UNAVAILABLE, "etcdserver: request timed out");
                  },
              .timeToLive =
                  [&](const pb::LeaseTimeToLiveRequest&, pb::LeaseTimeToLiveResponse&) {
                    return sent ? grpc::Status(grpc::StatusCode::UNAVAILABLE, "etcdserver: no leader")
                                : grpc::Status::OK;
                  }});
  const ActionOutcome outcome = actions.revoke(*preview);
  EXPECT_EQ(outcome.kind, Kind::Unknown);
  EXPECT_NE(outcome.message.find("outcome unknown"), std::string::npos) << outcome.message;
}

TEST_F(LeaseFaultTest, F24_AWaiterThatWasRemovedHereMayBecomeAFalseOwner) {
  const Actions actions =
      actionsOf(client(), [&](const std::vector<std::string>& keys) { witness().monitor().removing(keys); });
  ASSERT_TRUE(eventually([&] { return witness().cluster() != nullptr; }));
  for (const std::string& lock : std::vector<std::string>{"/revoked", "/released"}) {
    contend(lock, grant());
    const LeaseId waiting = grant();
    const std::string waiter = contend(lock, waiting);
    ASSERT_TRUE(eventually([&] { return witness().lock(lock) && witness().lock(lock)->queue.size() == 2; }));
    const Revision queued = witness().lock(lock)->queue[1]->createRevision;
    const ActionOutcome outcome = lock == "/revoked" ? actions.revoke(*actions.previewRevoke(waiting))
                                                     : actions.release(waiter, queued);
    ASSERT_EQ(outcome.kind, Kind::Done) << outcome.message;
    ASSERT_TRUE(eventually([&] { return witness().lock(lock)->queue.size() == 1; }));
  }
  std::vector<std::string> expected;
  if (testedVersion() < etcd::ServerVersion{3, 5, 0}) {
    expected = {"false-owner-risk of lock /released", "false-owner-risk of lock /revoked"};
  }
  const auto found = [&] {
    std::vector<std::string> findings = witness().findings();
    std::ranges::sort(findings);
    return findings == expected;
  };
  EXPECT_TRUE(eventually(found));
  absl::SleepFor(absl::Seconds(2));
  EXPECT_TRUE(found());
}

TEST_F(LeaseFaultTest, F24_AWaiterWhoseLeaseSomebodyElseRevokesMayBecomeAFalseOwner) {
  ASSERT_TRUE(eventually([&] { return witness().cluster() != nullptr; }));
  contend("/jobs", grant());
  const LeaseId waiting = grant();
  contend("/jobs", waiting);
  const std::string who = R"({"service":"orders"})";
  ASSERT_TRUE(client()->put({.key = identityKey(waiting), .value = who, .lease = waiting}).ok());
  ASSERT_TRUE(eventually([&] {
    return witness().lock("/jobs") && witness().lock("/jobs")->queue.size() == 2 &&
           saysWho(identityOf(witness().lease(waiting).get()));
  }));
  ASSERT_TRUE(client()->revokeLease(waiting).ok());
  std::vector<std::string> expected;
  if (testedVersion() < etcd::ServerVersion{3, 5, 0}) expected = {"false-owner-risk of lock /jobs"};
  const auto found = [&] { return witness().findings() == expected; };
  EXPECT_TRUE(eventually(found));
  absl::SleepFor(absl::Seconds(2));
  EXPECT_TRUE(found());
}

TEST_F(LeaseFaultTest, F24_AWaiterThatGivesUpOrClosesItsSessionIsNoFalseOwner) {
  const auto holding = openSession();
  etcd::Mutex held(*holding, "/jobs");
  ASSERT_TRUE(held.lock(absl::Seconds(5)).ok());
  const auto waiting = openSession();
  EXPECT_TRUE(absl::IsDeadlineExceeded(etcd::Mutex(*waiting, "/jobs").lock(absl::Milliseconds(300))));
  contend("/jobs", waiting->lease());
  ASSERT_TRUE(eventually([&] { return witness().lock("/jobs")->queue.size() == 2; }));
  ASSERT_TRUE(waiting->close().ok());  // revokes the lease of the one that waits
  ASSERT_TRUE(eventually([&] { return witness().lock("/jobs")->queue.size() == 1; }));
  absl::SleepFor(absl::Seconds(2));
  EXPECT_TRUE(witness().findings().empty());
}

TEST_F(LeaseFaultTest, F34_AfterTimeThatWasLostEveryTtlIsUnknownUntilItIsSampled) {
  const LeaseId lease = grant();
  FaultyEtcd faulty(endpoint());
  ClusterWitness seen(faulty.endpoint());
  seen.monitor().lookAt({lease}, {});
  const auto state = [&] {
    const auto known = seen.lease(lease);
    return known == nullptr ? LeaseState::Unknown : known->state(Moment::now());
  };
  ASSERT_TRUE(eventually([&] { return state() == LeaseState::Alive; }));
  faulty.use({.timeToLive = [](const pb::LeaseTimeToLiveRequest&, pb::LeaseTimeToLiveResponse&) {
    return grpc::Status(grpc::StatusCode::INTERNAL, "not now");
  }});
  JumpingClock clock;
  clock.jump(absl::Hours(1));
  EXPECT_TRUE(eventually([&] { return state() == LeaseState::Unknown; }, absl::Seconds(3)));
  faulty.use({});
  EXPECT_TRUE(eventually([&] { return state() == LeaseState::Alive; }));
  EXPECT_TRUE(seen.health().state == Health::State::Live) << seen.health().reason;
}

TEST_F(LeaseFaultTest, F34_AgesGoOnWhileTheMachineSleepsAndTtlsAreSampledAnew) {
  JumpingClock clock;
  ClusterWitness seen(endpoint());
  ASSERT_TRUE(seen.waitUntilLive());
  const LeaseId lease = grant();
  contend("/jobs/a", lease);
  seen.monitor().lookAt({lease}, {});
  const auto state = [&] { return seen.lease(lease)->state(Moment::now()); };
  ASSERT_TRUE(eventually([&] { return seen.lock("/jobs/a") && state() == LeaseState::Alive; }));
  clock.sleep(absl::Hours(8));
  EXPECT_EQ(state(), LeaseState::Unknown);
  EXPECT_TRUE(eventually([&] { return state() == LeaseState::Alive; }));
  const Since held = seen.lock("/jobs/a")->heldSince;
  EXPECT_TRUE(held.exact);
  EXPECT_GE(Moment::now() - held.moment, absl::Hours(8));
}

TEST_F(LeaseFaultTest, F28_AContenderWhoseClientMayBeGoneIsShownWithItsAgeAndNoGuess) {
  const LeaseId holder = grant();
  const LeaseId zombie = grant();
  contend("/jobs/a", holder);
  contend("/jobs/a", zombie);
  ClusterWitness late(endpoint());
  ASSERT_TRUE(eventually([&] { return late.lock("/jobs/a") != nullptr; }));
  const Contender& waiter = *late.lock("/jobs/a")->queue.at(1);
  EXPECT_EQ(waiter.lease, zombie);
  EXPECT_FALSE(waiter.since.exact) << "at least since we look";
  EXPECT_EQ(late.lock("/jobs/a")->waiterCount(), 1);
}

TEST_F(LeaseFaultTest, F29_TestMutexSessionRelock_HasOneKey) {
  const auto session = openSession();
  etcd::Mutex first(*session, "/jobs/a");
  etcd::Mutex again(*session, "/jobs/a");
  ASSERT_TRUE(first.lock(absl::Seconds(5)).ok());
  ASSERT_TRUE(again.lock(absl::Seconds(5)).ok());
  EXPECT_EQ(first.fencingToken(), again.fencingToken());
  ASSERT_TRUE(eventually([&] { return witness().lock("/jobs/a") != nullptr; }));
  EXPECT_EQ(witness().lock("/jobs/a")->queue.size(), 1);
}

}  // namespace
}  // namespace leasescope
