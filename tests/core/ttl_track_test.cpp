#include "core/picture/ttl_track.h"

#include <cmath>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/history.h"

namespace leasescope {
namespace {

constexpr double kRoundTrip = 0.01;

/// A lease as its server knows it; all times are seconds since at(0).
class ServersLease {
 public:
  explicit ServersLease(double granted, double grantedAt = 0) : granted_(granted) { renew(grantedAt); }

  void renew(double when) { end_ = when + granted_; }
  /// A new leader adds the election timeout of 1 s to the whole TTL.
  void promote(double when) {
    end_ = when + granted_ + 1;
    ++term_;
  }
  double end() const { return end_; }

  /// What a LeaseTimeToLive sent at `when` brings.
  TtlSample sample(double when) const {
    const double left = end_ - (when + kRoundTrip / 2);
    return {.remaining = absl::Seconds(std::trunc(left)),
            .granted = absl::Seconds(granted_),
            .sent = at(when),
            .received = at(when + kRoundTrip),
            .raftTerm = term_};
  }

 private:
  double granted_;
  double end_ = 0;
  std::uint64_t term_ = 2;
};

double seconds(const std::optional<absl::Duration>& duration) {
  return duration ? absl::ToDoubleSeconds(*duration) : std::nan("");
}

/// How far the estimate of the lease's end is off.
double errorOf(const TtlTrack& track, const ServersLease& lease) {
  const auto expiry = track.expiry();
  return expiry ? std::abs(absl::ToDoubleSeconds(absl::FromChrono(*expiry - at(lease.end()).steady)))
                : std::nan("");
}

void addEvery(TtlTrack& track, const ServersLease& lease, double from, double to, double every) {
  const auto samples = static_cast<int>(std::ceil((to - from) / every));
  for (int i = 0; i < samples; ++i) track.add(lease.sample(from + i * every));
}

TEST(TtlTrack, knowsNothingBeforeTheFirstSample) {
  const TtlTrack track;
  EXPECT_FALSE(track.known());
  EXPECT_EQ(track.remaining(at(0)), std::nullopt);
  EXPECT_EQ(track.expiry(), std::nullopt);
  EXPECT_EQ(track.lastSample(), std::nullopt);
  EXPECT_TRUE(track.points().empty());
}

TEST(TtlTrack, estimatesTheMiddleOfTheSecondThatASampleAllows) {
  TtlTrack track;
  const ServersLease lease(60);
  track.add(lease.sample(2.2));  // 57 s, somewhere between 57 and 58
  EXPECT_NEAR(seconds(track.remaining(at(2.21))), 57.5, 0.02);
  EXPECT_EQ(track.granted(), absl::Seconds(60));
  EXPECT_EQ(track.lastSample()->steady, at(2.21).steady);
}

TEST(TtlTrack, becomesFinerThanWholeSecondsWithMoreSamples) {
  TtlTrack track;
  const ServersLease lease(60);
  addEvery(track, lease, 1.05, 5, 0.27);
  EXPECT_LT(errorOf(track, lease), 0.1);
  EXPECT_EQ(track.renewals(), 0);
}

TEST(TtlTrack, carriesTheLastSampleForwardUntilTheLimit) {
  TtlTrack track;
  track.add(ServersLease(60).sample(2.2));
  EXPECT_NEAR(seconds(track.remaining(at(12.2))), 47.5, 0.02);
  EXPECT_NE(track.remaining(at(22.2)), std::nullopt);
  EXPECT_EQ(track.remaining(at(22.3)), std::nullopt);  // 20 s later somebody may have renewed
  EXPECT_TRUE(track.known());
}

TEST(TtlTrack, carriesForAThirdOfTheTtlAndThreeSecondsAtLeast) {
  EXPECT_EQ(carryLimit(absl::Seconds(60)), absl::Seconds(20));
  EXPECT_EQ(carryLimit(absl::Seconds(9)), absl::Seconds(3));
  EXPECT_EQ(carryLimit(absl::Seconds(2)), absl::Seconds(3));
}

TEST(TtlTrack, countsARenewalAndDatesItBetweenTheSamples) {
  TtlTrack track;
  ServersLease lease(10);
  addEvery(track, lease, 0.5, 3.3, 0.5);
  lease.renew(3.3);
  addEvery(track, lease, 3.5, 6, 0.5);
  EXPECT_EQ(track.renewals(), 1);
  ASSERT_TRUE(track.lastRenewal());
  EXPECT_NEAR(seconds(*track.lastRenewal() - at(3.3)), 0, 0.25);
  EXPECT_EQ(track.lastRenewal()->wall - at(0).wall, *track.lastRenewal() - at(0));
  EXPECT_LT(errorOf(track, lease), 0.25);
}

TEST(TtlTrack, countsEveryRenewalOfASession) {
  TtlTrack track;
  ServersLease lease(6);
  for (int period = 0; period < 20; ++period) {
    lease.renew(period * 2.0);
    addEvery(track, lease, period * 2.0 + 0.1, period * 2.0 + 1.9, 0.25);
  }
  EXPECT_EQ(track.renewals(), 19);  // of the first there is nothing to compare with
}

TEST(TtlTrack, countsRenewalsBetweenTwoSamplesAsOne) {
  TtlTrack track;
  ServersLease lease(6);
  track.add(lease.sample(1.5));
  lease.renew(2);
  lease.renew(4);
  track.add(lease.sample(4.2));
  EXPECT_EQ(track.renewals(), 1);
}

TEST(TtlTrack, drawsARenewalAsAPointOfItsOwn) {
  TtlTrack track;
  ServersLease lease(10);
  track.add(lease.sample(2.5));
  lease.renew(3.2);
  track.add(lease.sample(4));
  ASSERT_EQ(track.points().size(), 3U);
  const TtlPoint& renewal = track.points()[1];
  EXPECT_TRUE(renewal.renewal);
  EXPECT_NEAR(seconds(renewal.remaining), 10, 0.001);
  EXPECT_EQ(renewal.at.steady, track.lastRenewal()->steady);
  EXPECT_FALSE(track.points()[0].renewal);
  EXPECT_FALSE(track.points()[2].renewal);
  for (const TtlPoint& point : track.points()) EXPECT_FALSE(point.afterGap);
}

TEST(TtlTrack, marksTheFirstPointAfterAGap) {
  TtlTrack track;
  const ServersLease lease(12);
  track.add(lease.sample(0.5));
  track.add(lease.sample(4.4));
  track.add(lease.sample(9));  // later than 4 s
  ASSERT_EQ(track.points().size(), 3U);
  EXPECT_FALSE(track.points()[0].afterGap);
  EXPECT_FALSE(track.points()[1].afterGap);
  EXPECT_TRUE(track.points()[2].afterGap);
}

TEST(TtlTrack, marksARenewalAfterAGap) {
  TtlTrack track;
  ServersLease lease(12);
  track.add(lease.sample(0.5));
  lease.renew(7);
  track.add(lease.sample(9));
  ASSERT_EQ(track.points().size(), 3U);
  EXPECT_TRUE(track.points()[1].renewal && track.points()[1].afterGap);
  EXPECT_FALSE(track.points()[2].afterGap);
}

TEST(TtlTrack, beginsAnewAfterItWasForgotten) {
  TtlTrack track;
  ServersLease lease(10);
  track.add(lease.sample(1));
  track.forget();
  EXPECT_FALSE(track.known());
  EXPECT_EQ(track.remaining(at(1.1)), std::nullopt);
  EXPECT_EQ(track.expiry(), std::nullopt);
  lease.renew(2);
  track.add(lease.sample(2.5));
  EXPECT_TRUE(track.known());
  EXPECT_EQ(track.renewals(), 0);  // nothing is known of the time between
  EXPECT_TRUE(track.points().back().afterGap);
  EXPECT_LT(errorOf(track, lease), 0.51);
}

TEST(TtlTrack, goesBelowZeroWhileAnExpiredLeaseWaitsForItsRemoval) {
  TtlTrack track;
  const ServersLease lease(2);
  addEvery(track, lease, 0.1, 5.5, 0.3);
  EXPECT_NEAR(seconds(track.remaining(at(5.5))), -3.5, 0.3);
  EXPECT_LT(track.points().back().remaining, absl::ZeroDuration());
}

TEST(TtlTrack, takesAnExpiredLeasesStandingZeroForNoRenewal) {
  TtlTrack track;
  const ServersLease lease(2);  // etcd says 0 from the last second until a second after the end
  for (const double when : {1.1, 1.9, 2.4, 2.9, 3.4}) track.add(lease.sample(when));
  EXPECT_EQ(track.renewals(), 0);
  EXPECT_LT(errorOf(track, lease), 0.5);
}

TEST(TtlTrack, takesTheEndMovingNearerForANewBeginning) {
  TtlTrack track;
  ServersLease lease(60);
  track.add(lease.sample(1));
  lease.renew(-30);
  track.add(lease.sample(2));
  EXPECT_EQ(track.renewals(), 0);
  EXPECT_TRUE(track.points().back().afterGap);
  EXPECT_LT(errorOf(track, lease), 0.51);
}

TEST(TtlTrack, takesTheJumpAtAChangeOfLeaderForNoRenewal) {
  for (const double sampledAt : {4.1, 4.7, 6.5}) {
    TtlTrack track;
    ServersLease lease(10);
    addEvery(track, lease, 0.5, 4, 0.5);
    lease.promote(4);
    addEvery(track, lease, sampledAt, 8, 0.5);
    EXPECT_EQ(track.renewals(), 0) << "first sample at " << sampledAt;
    EXPECT_EQ(track.lastRenewal(), std::nullopt);
    EXPECT_LT(errorOf(track, lease), 0.3);
  }
}

TEST(TtlTrack, countsRenewalsAgainAfterAChangeOfLeader) {
  TtlTrack track;
  ServersLease lease(10);
  track.add(lease.sample(1));
  lease.promote(2);
  track.add(lease.sample(3));
  lease.renew(6);
  track.add(lease.sample(6.5));
  EXPECT_EQ(track.renewals(), 1);
}

TEST(TtlTrack, takesMoreThanWasGrantedForNoRenewalWhateverTheTerm) {
  TtlTrack track;
  ServersLease lease(10);
  track.add(lease.sample(1));
  TtlSample sample = lease.sample(2);
  sample.remaining = absl::Seconds(11);
  track.add(sample);
  EXPECT_EQ(track.renewals(), 0);
  EXPECT_NEAR(seconds(track.remaining(at(2))), 11.5, 0.02);
}

TEST(TtlTrack, takesADemotedLeadersAnswerForUnknown) {
  TtlTrack track;
  const ServersLease lease(10);
  track.add(lease.sample(1));
  TtlSample forever = lease.sample(2);
  forever.remaining = absl::Seconds(9'223'372'036);
  track.add(forever);
  EXPECT_EQ(track.remaining(at(2.1)), std::nullopt);
  track.add(lease.sample(3));
  EXPECT_EQ(track.renewals(), 0);
  EXPECT_NEAR(seconds(track.remaining(at(3))), 6.5, 0.02);
}

TEST(TtlTrack, bearsTheLongestTtlThatEtcdGrants) {
  TtlTrack track;
  const ServersLease lease(9e9);
  track.add(lease.sample(1));
  EXPECT_NEAR(seconds(track.remaining(at(1))), 9e9 - 1, 2);
}

TEST(TtlTrack, keepsTheNewestPoints) {
  TtlTrack track;
  const ServersLease lease(3600);
  addEvery(track, lease, 0, 100, 1);
  track.keepAtMost(10);
  ASSERT_EQ(track.points().size(), 10U);
  EXPECT_EQ(track.points().back().at.steady, track.lastSample()->steady);
  track.keepAtMost(20);
  EXPECT_EQ(track.points().size(), 10U);
}

RC_GTEST_PROP(TtlTrack, neverCountsMoreRenewalsThanThereWereAndIsNeverOffByASecond, ()) {
  const int granted = *rc::gen::inRange(2, 100);
  TtlTrack track;
  ServersLease lease(granted);
  double now = 0;
  std::int64_t renewals = 0;
  for (const int step : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 3000))) {
    now += kRoundTrip + step / 1000.0;
    if (step % 3 == 0) {
      lease.renew(now);
      ++renewals;
    } else {
      const TtlSample sample = lease.sample(now);
      track.add(sample);
      // Zero is what etcd says for a second on both sides of the end.
      RC_ASSERT(errorOf(track, lease) < (sample.remaining == absl::ZeroDuration() ? 2.02 : 1.02));
    }
    RC_ASSERT(track.renewals() <= renewals);
  }
}

}  // namespace
}  // namespace leasescope
